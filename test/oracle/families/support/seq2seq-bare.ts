import { renamed } from './seq2seq.ts';
import type { NamedTensor } from './weights.ts';

/** The tensors of BartModel, MarianModel …: without `model.`, without head. */
export const withoutModelPrefix = (tensors: ReadonlyMap<string, NamedTensor>): Map<string, NamedTensor> =>
  renamed(tensors, (name) => (name.startsWith('model.') ? name.slice('model.'.length) : null));
