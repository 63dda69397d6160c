import { runProgram } from './program.js';

// Not process.exit: what was written to a pipe would be cut off.
process.exitCode = await runProgram(process.argv.slice(2));
