import { computed, effect, type ReadonlySignal, signal } from '@preact/signals-core';
import type { HeadIndex } from '../core/interventions.ts';
import type { HeadEffect, HeadResults } from '../core/measures/ablation-effect.ts';
import { sweptHeads } from '../run/ablation-sweep.ts';
import type { Token } from '../tokenizer/token.ts';
import type { ExplorerCore } from './explorer-core.ts';
import { type ChosenTokens, chosenTokens } from './sweep-target.ts';
import { tokenInput } from './tokenized-text.ts';

/** The progress of switching heads off in turn. */
export interface SweepState {
  readonly effects: readonly HeadEffect[];
  /** How many heads there are. */
  readonly total: number;
  /** The token whose results are measured. */
  readonly token: number;
  readonly isRunning: boolean;
  readonly isBegun: boolean;
}

/** The token whose output and prediction are measured. */
export interface SweptToken {
  readonly position: number;
  readonly token: Token;
  /** All tokens of its text. */
  readonly tokens: readonly Token[];
}

/** Switches every head off in turn and measures the effect on the present run. */
export interface Sweep {
  readonly state: ReadonlySignal<SweepState>;
  /** The tokens whose predictions it follows. */
  readonly targets: ReadonlySignal<ChosenTokens>;
  /** Measures the remaining heads; settles when all are done or it is paused. */
  run(): Promise<void>;
  /** Keeps the effects; `run` continues from there. */
  pause(): void;
  /** Runs it whenever `isWanted` and nothing else computes.  @returns a function that ends this */
  follow(isWanted: () => boolean): () => void;
}

type Swept = Pick<ExplorerCore, 'inputs' | 'tokenized' | 'targetTokenized' | 'run' | 'isUpToDate'>;

/** The selected token, by default the last, or the first [MASK] where the model fills masks; in an encoder–decoder the decoder's last
 *  token, where the encoder's heads show, too.  null: there is no token. */
export function sweptToken({
  inputs,
  tokenized,
  targetTokenized,
}: Pick<Swept, 'inputs' | 'tokenized' | 'targetTokenized'>): SweptToken | null {
  const { model, tokenizer } = inputs.loaded.value;
  const hasDecoder = model.decoder !== null;
  const { tokens } = (hasDecoder ? targetTokenized : tokenized).value;
  const last = tokens.length - 1;
  const mask = model.head?.kind === 'masked' ? (tokenizer.maskTokenId ?? null) : null;
  const masked = mask === null ? -1 : tokens.findIndex(({ id }) => id === mask);
  const position = hasDecoder ? last : Math.min(inputs.query.value ?? (masked < 0 ? last : masked), last);
  const token = tokens[position];
  return token === undefined ? null : { position, token, tokens };
}

export function createSweep(explorer: Swept): Sweep {
  const { inputs, tokenized, targetTokenized, run } = explorer;
  const state = signal<SweepState>({ effects: [], total: 0, token: 0, isRunning: false, isBegun: false });
  const targets = computed(() => chosenTokens(inputs));
  let last: readonly unknown[] = [];
  /** Results of every head that was measured, by place: two vectors a head. */
  const kept = new Map<string, HeadResults>();
  let end = () => {};
  let settle = () => {};
  const pause = () => {
    end();
    end = () => {};
    if (state.peek().isRunning) state.value = { ...state.peek(), isRunning: false };
    settle();
  };
  const start = (): Promise<void> => {
    const place = sweptToken(explorer);
    const { model } = inputs.loaded.value;
    const interventions = inputs.interventions.value;
    const texts = [tokenized.value, targetTokenized.value] as const;
    pause();
    if (place === null || texts[0].tokens.length === 0) return Promise.resolve();
    const { position: token } = place;
    const chosen = targets.value;
    // If one of these changes, all results do; other target tokens change only the effects.
    const results = [model, ...texts, interventions, token];
    const of = [...results, chosen.token, chosen.against];
    const isSame = of.every((one, index) => one === last[index]);
    if (!results.every((one, index) => one === last[index])) kept.clear();
    last = of;
    const total = sweptHeads(model, interventions).length;
    const known = isSame ? state.peek().effects : [];
    const isRunning = known.length < total;
    if (!isSame || isRunning) state.value = { effects: known, total, token, isRunning, isBegun: true };
    if (!isRunning) return Promise.resolve();
    const question = {
      ...{ tokens: tokenInput(texts[0]), targetTokens: tokenInput(texts[1]), interventions, token },
      ...{ targets: chosen, known: known.map(placeOf), kept: [...kept.values()] },
    };
    return new Promise((resolve) => {
      settle = resolve;
      end = run.peek().sweep(question, {
        effect: (one) => {
          if (last !== of) return;
          const before = state.peek();
          const effects = [...before.effects, one];
          kept.set(`${one.layer}.${one.head}`, { ...placeOf(one), results: one.results });
          state.value = { ...before, effects, isRunning: effects.length < before.total };
          if (effects.length === before.total) resolve();
        },
        failed: pause,
      });
    });
  };
  return {
    state,
    targets,
    run: start,
    pause,
    follow(isWanted) {
      const stop = effect(() => {
        if (isWanted() && explorer.isUpToDate.value) void start();
        else pause();
      });
      return () => {
        stop();
        pause();
      };
    },
  };
}

const placeOf = ({ layer, head }: HeadIndex): HeadIndex => ({ layer, head });
