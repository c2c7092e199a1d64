import { batch, computed, effect, signal } from '@preact/signals-core';
import { createActions } from '../explorer/actions.ts';
import { type EditorAction, editorReducer } from '../explorer/editor/editor.ts';
import { createEditor } from '../explorer/editor/editor-state.ts';
import { createHistory } from '../explorer/editor/history.ts';
import { createLine } from '../explorer/editor/line.ts';
import type { Explorer } from '../explorer/explorer.ts';
import type { ExplorerModel } from '../explorer/explorer-inputs.ts';
import { withKeys } from '../panes/kit/key-names.ts';
import { errorMessage } from '../text/error-message.ts';
import { boxNamed } from './boxes/all.ts';
import { commandPartsOf } from './command-line.ts';
import type { Controller, ControllerHost } from './controller-type.ts';
import { exampleSentences } from './example-sentences.ts';
import type { Focus, Frame, Overlay } from './frame.ts';
import { keyOf } from './keys/bindings.ts';
import { encoderProblem } from './keys/encoder-problem.ts';
import { createPaneTrail } from './pane-trail.ts';
import { createScreen } from './screen.ts';
import { createSecondSentence } from './second-sentence.ts';

const busy = 'these numbers are still being computed: try again in a moment';

/** Long enough to draw a frame. */
const openingDelayMs = 30;

/** Makes the texts those that lines can hold. */
function cleanTexts({ text, sentenceB, target }: Explorer['inputs']): void {
  const held = (given: string) => createEditor(given).text;
  batch(() => {
    text.value = held(text.peek());
    sentenceB.value = sentenceB.peek() === null ? null : held(sentenceB.peek() ?? '');
    target.value = target.peek() === null ? null : held(target.peek() ?? '');
  });
}

export function createController(explorer: Explorer, host: ControllerHost): Controller {
  const actions = createActions(explorer);
  const screen = createScreen(explorer);
  const { inputs } = explorer;
  cleanTexts(inputs);
  const lines = {
    input: createLine(() => inputs.text.value, actions.setText, createHistory(exampleSentences)),
    other: createLine(() => inputs.sentenceB.value ?? '', actions.setOther, createHistory(exampleSentences)),
    target: createLine(() => inputs.target.value ?? '', actions.setTarget),
  };
  const focus = signal<Focus>('input');
  const overlay = signal<Overlay | null>(null);
  const message = signal<string | null>(null);
  const say = (text: string) => {
    message.value = withKeys(text, keyOf);
  };
  const second = createSecondSentence({ actions, lines, focus, say });
  const trail = createPaneTrail({ explorer, actions, second, say });
  const frame = computed(
    (): Frame => ({
      view: screen.value,
      editor: lines.input.state.value,
      otherEditor: inputs.sentenceB.value === null ? null : lines.other.state.value,
      targetEditor: inputs.loaded.value.model.decoder === null ? null : lines.target.state.value,
      isOffered: second.isOffered.value,
      focus: focus.value,
      overlay: overlay.value,
      message: message.value,
    }),
  );
  const { change } = explorer;
  effect(() => {
    const { problem } = explorer.run.value.status.value;
    if (problem !== null) say(problem);
  });
  const { promise: left, resolve: quit } = Promise.withResolvers<void>();
  let opening: AbortController | null = null;
  void left.then(() => opening?.abort());
  let beforeExample: { readonly loaded: ExplorerModel; readonly text: string } | null = null;

  function edit(action: EditorAction): void {
    const focused = focus.peek();
    const where = focused === 'panes' ? 'input' : focused;
    const { state, continueFrom } = lines[where];
    const begun = where === 'other' ? second.begin(action) : state.peek();
    const next = editorReducer(begun, action);
    if (next.text === state.peek().text) {
      continueFrom(next);
      return;
    }
    const changes = countChanges();
    change(() => batch(() => continueFrom(next)));
    tellOfLost(changes);
  }

  /** How many changes are at single tokens. */
  function countChanges(): number {
    const { hiddenKeys, swappedValues, edits } = explorer.interventions.peek();
    return hiddenKeys.length + edits.length + (swappedValues === null ? 0 : 1);
  }

  function tellOfLost(before: number): void {
    if (countChanges() < before) say('changes at deleted tokens were dropped');
  }

  const isComputing = () => explorer.run.peek().status.peek().isComputing;

  function appendBest(): void {
    if (isComputing()) {
      say(busy);
      return;
    }
    change(() => {
      const problem = actions.appendBest();
      if (problem !== null) say(problem);
    });
  }

  function open(loaded: ExplorerModel, text: string, query: number | null = null): void {
    const changes = countChanges();
    change(() =>
      batch(() => {
        actions.setModel(loaded, text);
        inputs.query.value = query;
        if (loaded.model.decoder === null && focus.peek() === 'target') focus.value = 'input';
      }),
    );
    tellOfLost(changes);
  }

  /** Opens a model. A later choice, or leaving, gives up an earlier one. */
  async function chooseModel(name: string): Promise<void> {
    opening?.abort();
    opening = null;
    if (name === inputs.loaded.peek().model.name) return;
    const problem = host.choices.find((choice) => choice.name === name)?.problem ?? null;
    if (problem !== null) {
      say(`${name} cannot be used: ${problem}`);
      return;
    }
    const controller = new AbortController();
    const { signal: aborted } = controller;
    opening = controller;
    message.value = `opening ${name} …`;
    // Draw the message first: loading a large model takes seconds.
    await new Promise((later) => setTimeout(later, openingDelayMs));
    if (aborted.aborted) return;
    const tell = (text: string | null) => {
      if (!aborted.aborted) message.value = text;
    };
    try {
      const onProgress = (doneBytes: number, totalBytes: number) =>
        tell(`opening ${name} … ${Math.floor((100 * doneBytes) / totalBytes)} %`);
      const loaded = await host.load(name, onProgress, aborted);
      if (aborted.aborted) {
        loaded.close?.();
        return;
      }
      tell(null);
      const old = [inputs.loaded.peek(), beforeExample?.loaded];
      open(loaded, inputs.text.peek());
      beforeExample = null;
      for (const one of old) one?.close?.();
    } catch (error) {
      tell(errorMessage(error));
    }
  }

  const controller: Controller = {
    explorer,
    actions,
    frame,
    focus,
    overlay,
    message,
    get choices() {
      return host.choices;
    },
    edit,
    appendBest,
    say,
    change,
    intervene: (intervention) => {
      const problem = isComputing() ? busy : encoderProblem(explorer);
      if (problem === null) change(intervention);
      else say(problem);
    },
    chooseModel: (name) => void chooseModel(name),
    showPane: trail.show,
    turnPane: trail.turn,
    typeSecond: () => {
      if (inputs.sentenceB.peek() === null) trail.show('sentences');
      focus.value = 'other';
      message.value = null;
    },
    stepOut: () => {
      if (screen.peek().arrangement.fills === 'zoomed') {
        change(() => {
          inputs.isZoomed.value = false;
        });
      } else if (!trail.leave()) say('main panes: {sentence} types in the sentence, {quit} leaves');
    },
    stop: () => {
      const isStopped = explorer.run.peek().stop();
      if (isStopped) say('stopped: the numbers belong to the text before; the next key computes again');
      return isStopped;
    },
    toggleExample: () => {
      if (beforeExample !== null && inputs.loaded.peek().model.lesson !== null) {
        open(beforeExample.loaded, beforeExample.text);
        beforeExample = null;
        return;
      }
      const loaded = host.loadExample();
      beforeExample = { loaded: inputs.loaded.peek(), text: inputs.text.peek() };
      // The lesson begins with its first word.
      open(loaded, loaded.model.lesson?.tokens.join(' ') ?? '', 0);
    },
    keepLine: () => {
      const parts = commandPartsOf(explorer, focus.peek() === 'panes');
      return { parts, ...host.keepLine(parts.join(' ')) };
    },
    openBox: (name) => {
      overlay.value = boxNamed(name)(controller);
    },
    redraw: host.redraw,
    quit,
    left,
  };
  return controller;
}
