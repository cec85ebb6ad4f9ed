import { main } from './cli/main.ts';

// A closed pipe behind us (`coordinator … | head`) is no reason to leave guests half-way.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await main(process.argv);
