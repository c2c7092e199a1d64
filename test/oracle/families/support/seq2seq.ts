import type { Matrix } from './decoder-maths.ts';
import type { ReferenceLayer, ReferenceTrace, Variant } from './reference.ts';
import type { NamedTensor, Shapes, Weights } from './weights.ts';

/** The results for both texts. */
export interface Seq2SeqTrace {
  readonly encoder: Omit<ReferenceTrace, 'logits'>;
  readonly decoder: ReferenceTrace & {
    /** Attention of each layer to the encoder's output; its `output` is the residual stream after it. */
    readonly cross: readonly Pick<ReferenceLayer, 'weights' | 'q' | 'k'>[];
  };
}

/** An encoder–decoder family by its published definition. */
export interface Seq2SeqFamily<Settings> {
  readonly name: string;
  readonly shapes: (settings: Settings) => Shapes;
  readonly forward: (
    settings: Settings,
    weights: Weights,
    ids: readonly number[],
    targetIds: readonly number[],
  ) => Seq2SeqTrace;
  /** Headless classes of the family, by their name in config.json: the tensors that they save. */
  readonly withoutHead: Readonly<
    Record<string, (tensors: ReadonlyMap<string, NamedTensor>) => Map<string, NamedTensor>>
  >;
  /** The classes among them that are only the encoder. */
  readonly encoderOnly: readonly string[];
  readonly variants: readonly Variant<Settings>[];
}

/** Renames tensors and drops those whose new name is null. */
export function renamed(
  tensors: ReadonlyMap<string, NamedTensor>,
  rename: (name: string) => string | null,
): Map<string, NamedTensor> {
  return new Map(
    [...tensors].flatMap(([name, tensor]) => {
      const other = rename(name);
      return other === null ? [] : [[other, tensor] as const];
    }),
  );
}

/** x for a layer with its norm after the sum, norm(x) for a layer with its norm before. */
export interface Sublayer {
  readonly norm: (x: Matrix) => Matrix;
  readonly isPreNorm: boolean;
}
