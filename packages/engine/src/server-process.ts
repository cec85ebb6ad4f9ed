/** Entry of the engine server process; what controls it is {@link EngineServer}. */
import { serveProcess } from '@coordinator/vfio-user';
import { makeEngine } from './defects/make-engine.ts';
import { parseOptions } from './parse-options.ts';

serveProcess('engine', (options, port) => makeEngine(parseOptions(options), port));
