import { main } from './cli/main.ts';

// A closed pipe behind us (`coordinator … | head`) or a terminal that is gone is no reason to leave guests half-way.
const gone = ['EPIPE', 'EIO', 'ECONNRESET'];
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (!gone.includes(error.code ?? '')) throw error;
  });
}

void main(process.argv).then((code) => {
  process.exitCode = code;
});
