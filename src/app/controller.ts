import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals-core';
import { createActions, type ExplorerActions } from '../explorer/actions.ts';
import { shownPart } from '../explorer/attention-part.ts';
import { type EditorAction, editorReducer } from '../explorer/editor/editor.ts';
import { createEditor } from '../explorer/editor/editor-state.ts';
import { createHistory } from '../explorer/editor/history.ts';
import type { Explorer } from '../explorer/explorer.ts';
import type { ExplorerModel } from '../explorer/explorer-inputs.ts';
import { createScreen } from '../explorer/screen.ts';
import { type PaneName, panesOfTwo } from '../explorer/selection.ts';
import { createStudyActions, type StudyActions } from '../explorer/study-actions.ts';
import { errorMessage } from '../text/error-message.ts';
import { commandLineOf } from './command-line.ts';
import { exampleSentences } from './example-sentences.ts';
import type { Focus, Frame, Overlay } from './frame.ts';
import { createSecondSentence } from './second-sentence.ts';

/** A model of the picker. */
export interface ModelChoice {
  readonly name: string;
  readonly note: string;
  /** Why it cannot be opened; null where it can. */
  readonly problem?: string | null;
}

/** What the explorer asks of the world outside it. */
export interface ControllerHost {
  readonly choices: readonly ModelChoice[];
  /** @throws an error with a line to show when the model cannot be loaded. */
  load(
    name: string,
    onProgress: (doneBytes: number, totalBytes: number) => void,
    signal: AbortSignal,
  ): Promise<ExplorerModel>;
  loadExample(): ExplorerModel;
  /** Paints the whole screen again. */
  redraw(): void;
  /** Gives the command line of a screen to the terminal's clipboard, and prints it when the reader leaves. */
  keepLine(line: string): void;
}

/** The explorer without its terminal: keys call its methods, frames come out. */
export interface Controller {
  readonly explorer: Explorer;
  readonly actions: ExplorerActions;
  readonly studies: StudyActions;
  readonly frame: ReadonlySignal<Frame>;
  readonly focus: Signal<Focus>;
  readonly overlay: Signal<Overlay | null>;
  readonly message: Signal<string | null>;
  readonly choices: readonly ModelChoice[];
  edit(action: EditorAction): void;
  /** Brings a pane to the front; those of two sentences open the second one. */
  showPane(pane: PaneName): void;
  /** Appends the most probable next token. */
  appendBest(): void;
  /** Encoder, decoder, decoder to encoder. */
  nextPart(): void;
  /** Changes inputs, and sees to the numbers that follow. */
  change(change: () => void): void;
  /** Runs what changes the mask or the heads, which are those of the stack that reads the text: elsewhere it says so. */
  intervene(change: () => void): void;
  /** Gives up a long computation; false where there is none that can be given up. */
  stop(): boolean;
  chooseModel(name: string): void;
  /** The worked example; the second time, back to what was there before. */
  toggleExample(): void;
  /** The command line that opens this screen, to copy. */
  showState(): void;
  redraw(): void;
  quit(): void;
  /** Settles when the reader leaves. */
  readonly left: Promise<void>;
}

/** Long enough for a frame. */
const openingDelayMs = 30;

/** Ends the thread of a model that has one. */
function close(model: ExplorerModel): void {
  if ('close' in model && typeof model.close === 'function') model.close();
}

export function createController(explorer: Explorer, host: ControllerHost): Controller {
  const actions = createActions(explorer);
  const studies = createStudyActions(explorer);
  const screen = createScreen(explorer);
  const editor = signal(createEditor(explorer.inputs.text.peek(), createHistory(exampleSentences)));
  const targetEditor = signal(createEditor(explorer.inputs.target.peek() ?? ''));
  const otherEditor = signal(createEditor(explorer.inputs.other.peek() ?? '', createHistory(exampleSentences)));
  // The numbers are those of the lines as they stand there.
  batch(() => {
    const { text, other, target } = explorer.inputs;
    if (editor.peek().text !== text.peek()) text.value = editor.peek().text;
    if (other.peek() !== null && otherEditor.peek().text !== other.peek()) other.value = otherEditor.peek().text;
    if (target.peek() !== null && targetEditor.peek().text !== target.peek()) target.value = targetEditor.peek().text;
  });
  const focus = signal<Focus>('input');
  const overlay = signal<Overlay | null>(null);
  const message = signal<string | null>(null);
  const frame = computed(
    (): Frame => ({
      view: screen.value,
      editor: editor.value,
      otherEditor: explorer.inputs.other.value === null ? null : otherEditor.value,
      targetEditor: explorer.inputs.loaded.value.model.decoder === null ? null : targetEditor.value,
      focus: focus.value,
      overlay: overlay.value,
      message: message.value,
    }),
  );
  const { change } = explorer;
  effect(() => {
    const { problem } = explorer.run.value.status.value;
    if (problem !== null) message.value = problem;
  });
  const second = createSecondSentence({ actions, change, editor, otherEditor, focus, message });
  const { promise: left, resolve: quit } = Promise.withResolvers<void>();
  let opening: AbortController | null = null;
  void left.then(() => opening?.abort());
  let before: { readonly loaded: ExplorerModel; readonly text: string } | null = null;

  function edit(action: EditorAction): void {
    const where = focus.peek();
    const edited = where === 'target' ? targetEditor : where === 'other' ? otherEditor : editor;
    const before = where === 'other' ? second.begin(action) : edited.peek();
    const next = editorReducer(before, action);
    if (next === edited.peek()) return;
    if (next.text === before.text) {
      // Of a paste in the place of what was offered nothing may be taken: then that stays.
      if (before === edited.peek()) edited.value = next;
      return;
    }
    const changes = countChanges();
    change(() =>
      batch(() => {
        edited.value = next;
        if (where === 'target') actions.setTarget(next.text);
        else if (where === 'other') actions.setOther(next.text);
        else actions.setText(next.text);
      }),
    );
    tellOfLost(changes);
  }

  /** How much is changed at single tokens. */
  function countChanges(): number {
    const { hiddenKeys, swappedValues, edits } = explorer.interventions.peek();
    return hiddenKeys.length + edits.length + (swappedValues === null ? 0 : 1);
  }

  function tellOfLost(before: number): void {
    if (countChanges() < before) message.value = 'what was changed at tokens that are gone is gone with them';
  }

  /** The panes of two sentences open the second one, and the first of them closes it again. */
  function showPane(pane: PaneName): void {
    const { other } = explorer.inputs;
    if (pane === 'pair' && explorer.inputs.pane.peek() === 'pair' && other.peek() !== null) {
      second.close();
      return;
    }
    change(() => actions.showPane(pane));
    if (panesOfTwo.has(pane) && other.peek() === null) second.open();
  }

  const isComputing = () => explorer.run.peek().status.peek().isComputing;

  function appendBest(): void {
    if (isComputing()) return;
    change(() => {
      const appended = actions.appendBest();
      if ('problem' in appended) {
        message.value = appended.problem;
        return;
      }
      const edited = appended.isTarget ? targetEditor : editor;
      edited.value = editorReducer(edited.peek(), { type: 'replace', text: appended.text });
    });
  }

  function open(loaded: ExplorerModel, text: string): void {
    const changes = countChanges();
    change(() =>
      batch(() => {
        editor.value = editorReducer(editor.peek(), { type: 'replace', text });
        actions.setModel(loaded, editor.peek().text);
        if (loaded.model.decoder === null && focus.peek() === 'target') focus.value = 'input';
      }),
    );
    tellOfLost(changes);
  }

  /** Of several choices the last one counts; leaving gives up the last, too. */
  async function chooseModel(name: string): Promise<void> {
    opening?.abort();
    opening = null;
    if (name === explorer.inputs.loaded.peek().model.name) return;
    const problem = host.choices.find((choice) => choice.name === name)?.problem ?? null;
    if (problem !== null) {
      message.value = `${name} cannot be used: ${problem}`;
      return;
    }
    const controller = new AbortController();
    const { signal: aborted } = controller;
    opening = controller;
    message.value = `opening ${name} …`;
    // A large model takes seconds: that it is being opened is shown first.
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
        close(loaded);
        return;
      }
      tell(null);
      const old = [explorer.inputs.loaded.peek(), before?.loaded];
      open(loaded, editor.peek().text);
      before = null;
      for (const one of old) if (one !== undefined) close(one);
    } catch (error) {
      tell(errorMessage(error));
    }
  }

  return {
    explorer,
    actions,
    studies,
    frame,
    focus,
    overlay,
    message,
    get choices() {
      return host.choices;
    },
    edit,
    appendBest,
    nextPart: () => {
      if (explorer.inputs.loaded.peek().model.decoder !== null) change(actions.nextPart);
      else message.value = 'this model has one kind of attention: its layers read one text';
    },
    change,
    intervene: (intervention) => {
      const part = shownPart(explorer.inputs);
      if (isComputing()) message.value = 'the numbers of this text are not there yet: press it again when they are';
      else if (part === 'encoder') change(intervention);
      else
        message.value = `this acts on the encoder's attention: ${part === 'cross' ? 'the decoder looks at it here' : 'here is the decoder'}; p leads back to it`;
    },
    chooseModel: (name) => void chooseModel(name),
    showPane,
    stop: () => {
      const isStopped = explorer.run.peek().stop();
      if (isStopped) message.value = 'stopped: the numbers are those of the text before; the next key computes again';
      return isStopped;
    },
    toggleExample: () => {
      if (before !== null && explorer.inputs.loaded.peek().model.lesson !== null) {
        open(before.loaded, before.text);
        before = null;
        return;
      }
      const loaded = host.loadExample();
      before = { loaded: explorer.inputs.loaded.peek(), text: editor.peek().text };
      open(loaded, loaded.model.lesson?.tokens.join(' ') ?? '');
      // The lesson begins with its first word.
      explorer.inputs.query.value = 0;
    },
    showState: () => {
      const line = commandLineOf(explorer, focus.peek() === 'panes');
      host.keepLine(line);
      overlay.value = { kind: 'state', line };
    },
    redraw: host.redraw,
    quit,
    left,
  };
}
