import { batch, computed, signal } from '@preact/signals-core';
import { layerStages } from '../core/chain/forward.ts';
import { hasSameJson } from '../core/interventions.ts';
import type { Model } from '../core/model.ts';
import { parametersOf } from '../core/parts.ts';
import { type AttentionPart, type AttentionTrace, emptyTrace, type LayerTrace } from '../core/trace.ts';
import type { Answer, ComputedAnswer, ComputeQuestion, Question, ShippedLayer } from './messages.ts';
import { type Answers, lateMs, type Run, type RunInputs, type RunStatus, settled } from './run.ts';

/** A connection to another thread, process or machine. */
export interface Line {
  post(question: Question): void;
  /** Replaces the function that gets the answers. */
  listen(hear: (answer: Answer) => void): void;
}

type Places = ComputeQuestion['places'];

/** An answer with its question and texts. */
interface Result<Texts> {
  readonly texts: Texts;
  readonly question: ComputeQuestion;
  /** The question about a word; compared by identity, as it holds the vocabulary. */
  readonly word: unknown;
  readonly answer: ComputedAnswer;
}

/** A run at the other end of a line. Old numbers stay until the new ones arrive. */
export function createWorkerRun<Texts>(line: Line, model: Model, inputs: RunInputs<Texts>): Run<Texts> {
  const result = signal<Result<Texts> | null>(null);
  const status = signal<RunStatus>(settled);
  let run = 0;
  let pending: ((answer: Answer) => void) | null = null;
  let sweeping: ((answer: Answer) => void) | null = null;
  let late: NodeJS.Timeout | undefined;
  line.listen((answer) => {
    pending?.(answer);
    sweeping?.(answer);
  });

  /** The question about the current inputs. */
  function wanted(): Omit<ComputeQuestion, 'run'> {
    const part = inputs.part.peek();
    const needs = [...inputs.needs.peek()];
    const layers = parametersOf(model, part).length;
    const place = <Name extends keyof typeof inputs.places>(name: Name, isNeeded: boolean) =>
      isNeeded ? { [name]: inputs.places[name].peek() } : {};
    const layer = Math.min(inputs.layer.peek(), Math.max(0, layers - 1));
    return {
      kind: 'compute',
      tokens: inputs.tokens.peek(),
      targetTokens: inputs.targetTokens.peek(),
      otherTokens: inputs.otherTokens.peek(),
      interventions: inputs.interventions.peek(),
      part,
      layer,
      predictionsAt: inputs.predictionsAt.peek(),
      needs,
      places: {
        ...(needs.length > 0 ? { layer } : {}),
        ...place('query', needs.includes('contributions') || needs.includes('tokenSteps')),
        ...place('cell', needs.includes('derivation')),
        ...place('changes', needs.includes('changes')),
        ...place('word', needs.includes('word')),
      },
    };
  }

  function isAnswered(): boolean {
    const last = result.peek();
    if (last === null || pending !== null) return false;
    const now = wanted();
    const { question, answer } = last;
    return (
      last.texts === inputs.texts.peek() &&
      question.interventions === now.interventions &&
      question.part === now.part &&
      last.word === now.places.word &&
      hasSameJson(withoutWord(question), withoutWord(now)) &&
      hasLayer(last, now.layer) &&
      now.predictionsAt.every((at) => answer.predictions.some((one) => one.at === at))
    );
  }

  function ask(isSecond = false): void {
    clearTimeout(late);
    late = setTimeout(() => {
      status.value = { ...status.peek(), isLate: true };
    }, lateMs);
    status.value = { ...status.peek(), isComputing: true, progress: null, problem: null };
    const question: ComputeQuestion = { ...wanted(), run: ++run };
    const texts = inputs.texts.peek();
    pending = (answer) => {
      if (!('run' in answer) || answer.run !== question.run) return;
      if (answer.kind === 'progress') status.value = { ...status.peek(), progress: answer.share };
      if (answer.kind === 'runFailed') {
        pending = null;
        settle({ isLate: true, problem: `this text cannot be computed: ${answer.message}` });
      }
      if (answer.kind !== 'computed') return;
      pending = null;
      batch(() => {
        result.value = { texts, question, word: question.places.word, answer };
        status.value = { ...status.peek(), residentBytes: process.memoryUsage.rss() };
      });
      // New tokens can change the selection that the question was about.
      if (isSecond || isAnswered()) settle();
      else ask(true);
    };
    line.post(question);
  }

  function settle(changes: Partial<RunStatus> = {}): void {
    clearTimeout(late);
    status.value = { ...settled, residentBytes: status.peek().residentBytes, ...changes };
  }

  function giveUp(isLate: boolean): void {
    pending = null;
    line.post({ kind: 'stop' });
    settle({ isLate });
  }

  const answerTo = <Name extends keyof Answers>(name: Name, isCurrent: (places: Places) => boolean = () => true) =>
    computed(() =>
      isCurrent(result.value?.question.places ?? {}) ? (result.value?.answer.answers[name] ?? null) : null,
    );
  const isOfLayer = ({ layer }: Places) => layer === inputs.places.layer.value;
  const isOfQuery = (at: Places) => isOfLayer(at) && at.query === inputs.places.query.value;
  const traceOf = (layers: (last: Result<Texts>) => readonly ShippedLayer[] | null) =>
    computed(() => {
      const last = result.value;
      const shipped = last === null ? null : layers(last);
      return last === null || shipped === null ? emptyTrace : tracedPart(last.question.part, shipped, null);
    });
  return {
    texts: computed(() => result.value?.texts ?? null),
    interventions: computed(() => result.value?.question.interventions ?? inputs.interventions.value),
    part: computed(() => result.value?.question.part ?? inputs.part.value),
    trace: computed(() => {
      const last = result.value;
      if (last === null) return emptyTrace;
      const { layers, predictions } = last.answer;
      const predictAt: AttentionTrace['predictAt'] =
        model.head === null
          ? null
          : (token, count) => predictions.find(({ at }) => at === token)?.top.slice(0, count) ?? [];
      return tracedPart(last.question.part, layers, predictAt);
    }),
    unaltered: traceOf(({ question, answer }) => {
      const { changes } = answer.answers;
      if (changes === null) return null;
      return answer.layers.map((_, index) =>
        index === question.places.layer ? { attentionWeights: changes.unalteredWeights } : {},
      );
    }),
    other: traceOf(({ answer }) => answer.other),
    answers: {
      norms: answerTo('norms', isOfLayer),
      derivation: answerTo('derivation', (at) => hasSameJson(at.cell ?? null, inputs.places.cell.value)),
      word: answerTo('word'),
      contributions: answerTo('contributions', isOfQuery),
      tokenSteps: answerTo('tokenSteps', isOfQuery),
      changes: answerTo('changes', (at) => isOfLayer(at) && hasSameJson(at.changes, inputs.places.changes.value)),
    },
    status,
    isReadable: computed(() => true),
    layerNear: (layer) =>
      result.value === null || hasLayer(result.value, layer) ? layer : result.value.question.layer,
    hasEnd: (layer) => result.value === null || result.value.answer.layers[layer]?.concat !== undefined,
    elapsedMs: () => result.value?.answer.elapsedMs ?? null,
    hold() {
      // Keeps a sweep from starting before `proceed`.
      if (!isAnswered()) status.value = { ...status.peek(), isComputing: true };
    },
    proceed() {
      if (!isAnswered()) ask();
      else if (status.peek().isComputing) settle();
    },
    stop() {
      if (!status.peek().isComputing) return false;
      // The numbers on the screen belong to another text.
      giveUp(true);
      return true;
    },
    leave: () => giveUp(false),
    sweep(question, listener) {
      const thisRun = ++run;
      sweeping = (answer) => {
        if (!('run' in answer) || answer.run !== thisRun) return;
        if (answer.kind === 'effect') listener.effect(answer.effect);
        if (answer.kind === 'runFailed') listener.failed();
      };
      line.post({ kind: 'sweep', run: thisRun, ...question });
      return () => {
        if (sweeping === null) return;
        sweeping = null;
        // A question under way has already ended the sweep.
        if (!status.peek().isComputing) line.post({ kind: 'stop' });
      };
    },
  };
}

function hasLayer<Texts>({ question, answer }: Result<Texts>, index: number): boolean {
  return index === question.layer || answer.layers[index]?.q !== undefined;
}

/** The needs and places of a question, without the word. */
function withoutWord({ needs, places }: Pick<ComputeQuestion, 'needs' | 'places'>) {
  return { needs, places: { ...places, word: null } };
}

/** A trace with only one part. */
function tracedPart(
  part: AttentionPart,
  shipped: readonly ShippedLayer[],
  predictAt: AttentionTrace['predictAt'],
): AttentionTrace {
  const layers = shipped.map(shippedTrace);
  if (part === 'encoder') return { ...emptyTrace, layers, predictAt };
  const decoder = { embedding: emptyTrace.embedding, finalNorm: null, layers, crossLayers: layers };
  return { ...emptyTrace, decoder, predictAt };
}

/** A layer whose stages throw a RangeError if the question did not ask for them. */
function shippedTrace(shipped: ShippedLayer): LayerTrace {
  const trace = {};
  for (const stage of layerStages) {
    Object.defineProperty(trace, stage, {
      enumerable: true,
      get: () => {
        const value = shipped[stage];
        if (value === undefined) throw new RangeError(`the question did not ask for ${stage}`);
        return value;
      },
    });
  }
  return trace as LayerTrace;
}
