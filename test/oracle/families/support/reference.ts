import type { Matrix } from './decoder-maths.ts';
import type { Shapes, Weights } from './weights.ts';

/** What one layer of a reference computed. */
export interface ReferenceLayer {
  /** [head][query, key] */
  readonly weights: Matrix[];
  /** After the rotation, where there is one: [head][token, d_k]. */
  readonly q: Matrix[];
  readonly k: Matrix[];
  /** What leaves the layer: [token, hidden]. */
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
  /** Transformers 5 refuses what earlier versions saved, or leaves a part of it out. */
  readonly isOlder?: boolean;
}

/** A family by its published definition: names and shapes of its tensors, its forward pass, models to try. */
export interface Family<Settings> {
  readonly name: string;
  /** What a saved model with a head has before the names of the bare model's tensors. */
  readonly prefix: string;
  /** 0 where the definition adds 1 to the weights of its norms. */
  readonly normCentre: 0 | 1;
  /** As save_pretrained of the class with the language-model head names them. */
  readonly shapes: (settings: Settings) => Shapes;
  readonly forward: (settings: Settings, weights: Weights, ids: readonly number[]) => ReferenceTrace;
  readonly variants: readonly Variant<Settings>[];
}
