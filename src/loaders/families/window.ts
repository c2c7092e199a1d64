import { type Config, configIntegerOr, configStringsOr } from '../config.ts';
import { FormatError, quoted } from '../errors.ts';
import { refuse } from './common.ts';

/** How many keys a query of layer `index` sees, counting its own; null: all.
 *  An absent `sliding_window` means `otherwise`; null and numbers below 1 mean no window.
 *  `layer_types`, where the family reads it, says which layers have a window; else `isLocal` does.
 *  @throws FormatError, UnsupportedModelError for an unknown type of layer.  @see Beltagy et al. 2020, 3.1 */
export function windowOf(
  config: Config,
  index: number,
  { isLocal, otherwise, readsTypes }: { isLocal: boolean; otherwise: number; readsTypes: boolean },
): number | null {
  const types = readsTypes ? configStringsOr(config, 'layer_types', null) : null;
  if (!(types === null ? isLocal : isSliding(config, types, index))) return null;
  const window = config.fields.has('sliding_window') ? configIntegerOr(config, 'sliding_window', 0) : otherwise;
  return window > 0 ? window : null;
}

/** Whether layer `index` has a window.  @throws FormatError, UnsupportedModelError for an unknown type. */
export function isSliding(config: Config, types: readonly string[], index: number): boolean {
  const type = types[index];
  if (type === undefined) {
    throw new FormatError(`${config.path}: layer_types must name every layer; it has ${types.length} of them`);
  }
  if (type !== 'sliding_attention' && type !== 'full_attention') refuse(config, `layer_types ${quoted(type)}`);
  return type === 'sliding_attention';
}
