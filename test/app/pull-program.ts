// Runs the program from its sources, as the launcher does from the bundle.
import { main } from '../../src/app/main.ts';

process.exitCode = await main(process.argv.slice(2));
