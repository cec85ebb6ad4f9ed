import type { Pipe, PipeOptions } from './runtime.ts';

export function openNodePipe(module: typeof import('node:child_process'), options: PipeOptions): Pipe {
  const [program, ...args] = options.command;
  const child = module.spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let writing = false;
  let closed = false;
  const close = () => {
    closed = true;
    child.kill('SIGKILL');
    child.stdin.destroy();
    child.stdout.destroy();
  };
  const end = (reason: string) => {
    if (closed) return;
    close();
    options.onEnd(reason);
  };
  const write = () => {
    if (writing || closed) return;
    const piece = options.next();
    if (!piece) return;
    writing = true;
    child.stdin.write(piece, () => {
      writing = false;
      write();
    });
  };
  child.stdin.on('error', (error) => end(`writing to it failed: ${error.message}`));
  child.stdout.on('data', (bytes: Buffer) => {
    if (!closed) options.onOutput(bytes);
  });
  child.stdout.on('end', () => end('it ended'));
  child.on('error', (error) => end(error.message));
  return { wake: write, close };
}
