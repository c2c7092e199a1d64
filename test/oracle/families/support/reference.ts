import type { Matrix } from './decoder-maths.ts';
import type { Shapes, Weights } from './weights.ts';

/** The results of one layer of a reference. */
export interface ReferenceLayer {
  /** [head][query, key] */
  readonly weights: Matrix[];
  /** After the rotation, if any: [head][token, d_k]. */
  readonly q: Matrix[];
  readonly k: Matrix[];
  /** Output of the layer: [token, hidden]. */
  readonly output: Matrix;
}

export interface ReferenceTrace {
  readonly embedding: Matrix;
  readonly layers: readonly ReferenceLayer[];
  readonly finalNorm: Matrix | null;
  /** [token, vocabulary] */
  readonly logits: Matrix;
}

export type Config = Readonly<Record<string, unknown>>;

/** One tiny model of a family. */
export interface Variant<Settings> {
  readonly name: string;
  readonly settings: Settings;
  /** config.json as Transformers saves it. */
  readonly config: Config;
  /** Transformers 5 rejects files of earlier versions, or ignores part of them. */
  readonly isOlder?: boolean;
}

/** A family by its published definition: names and shapes of its tensors, its forward pass, models to try. */
export interface Family<Settings> {
  readonly name: string;
  /** Prefix of the bare model's tensor names in a model saved with a head. */
  readonly prefix: string;
  /** 0 if the definition adds 1 to its norm weights. */
  readonly normCentre: 0 | 1;
  /** As save_pretrained of the class with the language-model head names them. */
  readonly shapes: (settings: Settings) => Shapes;
  readonly forward: (settings: Settings, weights: Weights, ids: readonly number[]) => ReferenceTrace;
  readonly variants: readonly Variant<Settings>[];
}
