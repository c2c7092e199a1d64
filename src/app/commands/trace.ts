import type { Options } from '../arguments.ts';
import { createSession, loadNamedModel, readText } from '../explorer-session.ts';
import { parseFields, traceJson } from '../trace-json.ts';
import { UsageError } from '../usage-error.ts';

/** `attnscope trace TEXT --json`: the answer, to be written to standard output. */
export function traceCommand(given: string | null, options: Options): string {
  if (given === null) throw new UsageError('trace: a TEXT is missing, as in attnscope trace "please study man" --json');
  if (options.json !== true)
    throw new UsageError('trace: --json is missing; it is the only form that a trace is printed in');
  const fields = parseFields(options.fields ?? 'weights');
  const loaded = loadNamedModel(options);
  const text = readText(given);
  return `${traceJson(createSession(loaded, text, options), text, fields)}\n`;
}
