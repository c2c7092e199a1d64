import { effect, untracked } from '@preact/signals-core';
import type { WordContrast } from '../core/measures/word-contrast.ts';
import type { Explorer } from '../explorer/explorer.ts';
import { takesLong } from '../explorer/word-signals.ts';
import { wordStepsOf } from './study.ts';

/** Makes the runs of shuffled words of long sentences one after the other, between keys, while the pane that shows them is in front.
 *  @returns what ends it */
export function startBackgroundWord(explorer: Explorer): () => void {
  const { inputs, studies } = explorer;
  let pending: NodeJS.Immediate | null = null;
  const stop = () => {
    if (pending !== null) clearImmediate(pending);
    pending = null;
  };
  const end = effect(() => {
    const isWanted = inputs.pane.value === 'word' && !inputs.isComputing.value && !explorer.isDistant.value;
    const question = isWanted ? studies.wordQuestion.value : null;
    const interventions = inputs.interventions.value;
    stop();
    const isThere =
      inputs.lateWord.peek()?.question === question && inputs.lateWord.peek()?.interventions === interventions;
    if (question === null || !takesLong(question) || isThere) return;
    const run = untracked(studies.run);
    if (run.other === null) return;
    const steps = wordStepsOf(run, run.other, question);
    const advance = () => {
      const step: IteratorResult<void, WordContrast> = steps.next();
      if (step.done === true) inputs.lateWord.value = { question, interventions, contrast: step.value };
      pending = step.done === true ? null : setImmediate(advance);
    };
    pending = setImmediate(advance);
  });
  return () => {
    stop();
    end();
  };
}
