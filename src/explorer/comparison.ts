import { computed, type ReadonlySignal } from '@preact/signals-core';
import { type AlignedPair, alignTokens } from '../core/measures/alignment.ts';
import { type HeadChange, rankHeads } from '../core/measures/attention-difference.ts';
import type { ShownAttention, ShownTokens } from './attention-part.ts';
import type { ExplorerInputs } from './explorer-inputs.ts';
import type { OtherSentence } from './other-sentence.ts';
import type { Selection } from './selection.ts';
import type { TokenView } from './token-view.ts';

/** Two sentences set beside one another. */
export interface Comparison {
  /** Which query of the one stands for which of the other, and which key. */
  readonly queries: ReadonlySignal<readonly AlignedPair[]>;
  readonly keys: ReadonlySignal<readonly AlignedPair[]>;
  /** Heads of all layers by how much they change, in the selected row or in the mean over rows, the largest first. */
  readonly ranked: ReadonlySignal<readonly HeadChange[]>;
}

export function createComparison({
  inputs,
  selection,
  tokens,
  other,
  shown,
}: {
  readonly inputs: Pick<ExplorerInputs, 'isRankedByRow'>;
  readonly selection: ReadonlySignal<Pick<Selection, 'query'>>;
  readonly tokens: ReadonlySignal<ShownTokens>;
  readonly other: OtherSentence;
  readonly shown: ReadonlySignal<ShownAttention>;
}): Comparison {
  const aligned = (name: 'queries' | 'keys') =>
    computed(() => alignTokens(tokens.value[name].map(identity), other.tokens.value[name].map(identity)));
  const [queries, keys] = [aligned('queries'), aligned('keys')];
  const rows = computed(() => {
    if (!inputs.isRankedByRow.value) return queries.value;
    const { query } = selection.value;
    return queries.value.filter(({ a }) => a === query);
  });
  const ranked = computed(() => {
    if (other.tokenized.value.tokens.length === 0) return [];
    const [a, b] = [shown.value.layers, other.layers.value].map((layers) =>
      layers.map((layer) => layer.attentionWeights),
    );
    return a === undefined || b === undefined || b.length === 0 ? [] : rankHeads(a, b, rows.value, keys.value);
  });
  return { queries, keys, ranked };
}

function identity({ id, text }: TokenView): number | string {
  return id ?? text;
}
