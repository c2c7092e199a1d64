import { batch } from '@preact/signals-core';
import type { HeadIndex } from '../core/interventions.ts';
import { attentionParts } from '../core/trace.ts';
import { appendBest } from './append-best.ts';
import type { Explorer } from './explorer.ts';
import type { ExplorerModel } from './explorer-inputs.ts';
import { followToken, keptToken } from './follow-token.ts';
import { type InterventionActions, interventionActions } from './intervention-actions.ts';
import { applicable, followInterventions } from './intervention-places.ts';
import { paneNames } from './pane-names.ts';
import { clampIndex } from './selection.ts';
import type { TokenizedText } from './tokenized-text.ts';
import { followTrace, restartTrace } from './trace-path.ts';

/** What a reader can do. Each action changes inputs, and nothing else. */
export interface ExplorerActions extends InterventionActions {
  /** A chosen query or key stays on its token. */
  setText(text: string): void;
  setTarget(text: string): void;
  /** null takes the second sentence away. */
  setOther(text: string | null): void;
  /** C, a third sentence that has a word in the same sense as A; null takes it away. */
  setControl(text: string | null): void;
  setModel(loaded: ExplorerModel, text: string): void;
  /** Appends the most probable next token to the text, or to an encoder–decoder's target.
   *  @returns why nothing can be appended; null: a token was appended */
  appendBest(): string | null;
  /** The next occurrence of the compared word in A or B; after the last, the first. */
  nextPlace(side: 'a' | 'b'): void;
  /** The attention of encoder, decoder, or decoder to encoder. */
  nextPart(): void;
  moveQuery(steps: number): void;
  moveKey(steps: number): void;
  /** Through the heads of a layer and on into the next layer. */
  moveHead(steps: number): void;
  moveLayer(steps: number): void;
  selectHead(head: HeadIndex): void;
  /** `width`: how many dimensions there are. */
  moveDimension(steps: number, width: number): void;
  showPane(pane: string): void;
}

export function createActions(explorer: Explorer): ExplorerActions {
  const { inputs, tokens, liveTokens, headCounts, selection } = explorer;
  const tokenNames = () => liveTokens.peek().queries.map((token) => token.id ?? token.text);
  const idsOf = ({ tokens: all }: Pick<TokenizedText, 'tokens'>) => all.map((token) => token.id ?? token.text);
  const textIds = () => idsOf(explorer.tokenized.peek());
  const targetIds = () => idsOf(explorer.targetTokenized.peek());
  const otherNames = () => idsOf(explorer.other.live.peek() ?? { tokens: [] });
  const heads = () => headCounts.peek();
  const selectHead = ({ layer, head }: HeadIndex) =>
    batch(() => {
      inputs.layer.value = layer;
      inputs.head.value = head;
    });
  return {
    setText: (text) =>
      batch(() => {
        const [before, oldIds] = [tokenNames(), textIds()];
        inputs.text.value = text;
        const after = tokenNames();
        for (const place of [inputs.query, inputs.key]) {
          if (place.value !== null) place.value = followToken(before, after, place.value);
        }
        const newIds = textIds();
        const follow = (token: number) => keptToken(oldIds, newIds, token);
        followInterventions(inputs, follow);
        followTrace(inputs, 'text', follow);
      }),
    setTarget: (text) =>
      batch(() => {
        const before = targetIds();
        inputs.target.value = text === '' ? null : text;
        const after = targetIds();
        followTrace(inputs, 'target', (token) => keptToken(before, after, token));
      }),
    setOther: (text) =>
      batch(() => {
        const before = otherNames();
        inputs.sentenceB.value = text;
        const { queryB } = inputs;
        if (queryB.value !== null) queryB.value = keptToken(before, otherNames(), queryB.value);
      }),
    setControl: (text) => {
      inputs.control.value = text;
    },
    appendBest: () => appendBest(explorer),
    nextPlace: (side) => {
      const found = explorer.askedPlaces.word.peek()?.[side];
      if (found === undefined) return;
      const next = found.firstPlaces[(found.index + 1) % found.count] ?? null;
      inputs[side === 'a' ? 'query' : 'queryB'].value = next;
    },
    nextPart: () => {
      const next = (attentionParts.indexOf(inputs.part.value) + 1) % attentionParts.length;
      batch(() => {
        inputs.part.value = attentionParts[next] ?? 'encoder';
        inputs.query.value = null;
        inputs.key.value = null;
      });
    },
    setModel: (loaded, text) =>
      batch(() => {
        inputs.loaded.value = loaded;
        inputs.text.value = text;
        inputs.grown.value = null;
        inputs.grownTarget.value = null;
        restartTrace(inputs);
        inputs.part.value = 'encoder';
        inputs.interventions.value = applicable(inputs.interventions.value, loaded.model);
        const layer = inputs.layer.value;
        if (layer !== null) inputs.layer.value = clampIndex(layer, loaded.model.numHiddenLayers);
        inputs.head.value = clampIndex(inputs.head.value, heads()[inputs.layer.value ?? 0] ?? 1);
        inputs.query.value = null;
        inputs.key.value = null;
        inputs.dimension.value = 0;
      }),
    moveQuery: (steps) => {
      inputs.query.value = clampIndex(selection.peek().query + steps, tokens.peek().queries.length);
    },
    moveKey: (steps) => {
      inputs.key.value = clampIndex(selection.peek().key + steps, tokens.peek().keys.length);
    },
    moveHead: (steps) => {
      const places = heads().flatMap((count, layer) => Array.from({ length: count }, (_, head) => ({ layer, head })));
      const { layer, head } = selection.peek();
      const now = places.findIndex((one) => one.layer === layer && one.head === head);
      const next = places[clampIndex(now + steps, places.length)];
      if (next !== undefined) selectHead(next);
    },
    selectHead,
    moveLayer: (steps) => {
      inputs.layer.value = clampIndex(selection.peek().layer + steps, heads().length);
    },
    moveDimension: (steps, width) => {
      inputs.dimension.value = clampIndex(Math.min(inputs.dimension.value, width - 1) + steps, width);
    },
    showPane: (name) => {
      const pane = paneNames.find((one) => one === name);
      if (pane !== undefined) inputs.pane.value = pane;
    },
    ...interventionActions(explorer),
  };
}
