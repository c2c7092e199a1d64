import type { Matrix } from './decoder-maths.ts';
import type { ReferenceLayer, ReferenceTrace, Variant } from './reference.ts';
import type { NamedTensor, Shapes, Weights } from './weights.ts';

/** What both texts become. */
export interface Seq2SeqTrace {
  readonly encoder: Omit<ReferenceTrace, 'logits'>;
  readonly decoder: ReferenceTrace & {
    /** Attention of each layer to the encoder's output; its `output` is what the residual is after it. */
    readonly cross: readonly Pick<ReferenceLayer, 'weights' | 'q' | 'k'>[];
  };
}

/** A family of encoder–decoders by its published definition. */
export interface Seq2SeqFamily<Settings> {
  readonly name: string;
  readonly shapes: (settings: Settings) => Shapes;
  readonly forward: (
    settings: Settings,
    weights: Weights,
    ids: readonly number[],
    targetIds: readonly number[],
  ) => Seq2SeqTrace;
  /** Classes of the family without a head, by the name that config.json gives: the tensors that they save. */
  readonly withoutHead: Readonly<
    Record<string, (tensors: ReadonlyMap<string, NamedTensor>) => Map<string, NamedTensor>>
  >;
  /** Of those, the ones that are the encoder alone. */
  readonly encoderOnly: readonly string[];
  readonly variants: readonly Variant<Settings>[];
}

/** Those tensors whose new name is not null. */
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

/** x where the layer has its norm after the sum, norm(x) where it has it before. */
export interface Sublayer {
  readonly norm: (x: Matrix) => Matrix;
  readonly isPreNorm: boolean;
}
