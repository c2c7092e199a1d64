import type { Options } from '../command-table.ts';
import { createSession, loadNamedModel } from '../explorer-session.ts';
import { parseFields, traceJson } from '../trace-json.ts';
import { UsageError } from '../usage-error.ts';

/** `attnscope trace TEXT --json`: the computation as JSON. */
export function traceCommand(text: string, options: Options): string {
  if (options.json !== true) throw new UsageError('trace: --json is missing; a trace is printed only as JSON');
  const fields = parseFields(options.fields ?? 'weights');
  const loaded = loadNamedModel(options);
  return `${traceJson(createSession(loaded, text, options), text, fields)}\n`;
}
