import { beforeEach, describe, expect, test, vi } from 'vitest';
import { showText } from '../../src/app/commands/show.ts';
import { createController } from '../../src/app/controller.ts';
import type { ControllerHost } from '../../src/app/controller-type.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import type { ExplorerModel } from '../../src/explorer/explorer-inputs.ts';
import { defaultTheme } from '../../src/terminal/colour/theme.ts';
import { hfModel } from '../support/hf-models.ts';
import { builtInModel } from '../support/models.ts';

const example = builtInModel('example');
const t5 = hfModel('t5');

/** A model that is no more than a name and can be closed. */
function closable(name: string): ExplorerModel & { readonly close: ReturnType<typeof vi.fn<() => void>> } {
  return { ...example, model: { ...example.model, name, lesson: null }, close: vi.fn<() => void>() };
}

/** An explorer of `first`; models are loaded when the test says so. */
function opened(first: ExplorerModel) {
  const loads = new Map<string, PromiseWithResolvers<ExplorerModel> & { readonly signal: AbortSignal }>();
  const host: ControllerHost = {
    choices: [],
    load: (name, _, signal) => {
      const load = { ...Promise.withResolvers<ExplorerModel>(), signal };
      loads.set(name, load);
      return load.promise;
    },
    loadExample: () => example,
    redraw: () => {},
    keepLine: () => ({ isSentToClipboard: true, isPrintedOnLeaving: true }),
  };
  const explorer = createExplorer({ loaded: first, text: 'please' });
  const controller = createController(explorer, host);
  const shown = () => explorer.inputs.loaded.value.model.name;
  return { controller, loads, shown };
}

const settle = () => vi.advanceTimersByTimeAsync(100);

describe('models that are chosen one after the other', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    return () => vi.useRealTimers();
  });

  test('the last that was chosen is shown, whichever is loaded first', async () => {
    const { controller, loads, shown } = opened(closable('a'));
    const [b, c] = [closable('b'), closable('c')];
    controller.chooseModel('b');
    await settle();
    controller.chooseModel('c');
    await settle();
    expect(loads.get('b')?.signal.aborted).toBe(true);
    loads.get('c')?.resolve(c);
    await settle();
    loads.get('b')?.resolve(b);
    await settle();
    expect(shown()).toBe('c');
    expect(b.close).toHaveBeenCalledOnce();
    expect(c.close).not.toHaveBeenCalled();
    expect(controller.message.value).toBeNull();
  });

  test('what failed after another was chosen says nothing', async () => {
    const { controller, loads } = opened(closable('a'));
    controller.chooseModel('b');
    await settle();
    controller.chooseModel('c');
    await settle();
    loads.get('b')?.reject(new Error('b is broken'));
    await settle();
    expect(controller.message.value).toBe('opening c …');
  });

  test('a model that the example stood in front of is closed with it', async () => {
    const a = closable('a');
    const { controller, loads, shown } = opened(a);
    controller.toggleExample();
    controller.chooseModel('b');
    await settle();
    loads.get('b')?.resolve(closable('b'));
    await settle();
    expect(shown()).toBe('b');
    expect(a.close).toHaveBeenCalledOnce();
  });

  test('leaving gives up what is being loaded', async () => {
    const { controller, loads } = opened(closable('a'));
    controller.chooseModel('b');
    await settle();
    controller.quit();
    await settle();
    expect(loads.get('b')?.signal.aborted).toBe(true);
  });
});

describe('an encoder–decoder', () => {
  test('mask and heads are refused in words where the decoder is looked at', () => {
    const { controller } = opened(t5);
    controller.change(() => controller.actions.nextPart());
    controller.intervene(() => controller.actions.toggleMask());
    expect(controller.explorer.interventions.value.mask).toBe('none');
    expect(controller.message.value).toMatch(/acts on the encoder's attention/);
    controller.change(() => controller.actions.nextPart());
    controller.change(() => controller.actions.nextPart());
    controller.intervene(() => controller.actions.toggleMask());
    expect(controller.explorer.interventions.value.mask).toBe('causal');
  });

  test('show prints all its attention where there is a target', async () => {
    const options = { columns: null, depth: 'none', theme: defaultTheme, ascii: false } as const;
    const rows = (target: string | null) => showText(createExplorer({ loaded: t5, text: 'the cat', target }), options);
    const parts = async (target: string | null) =>
      (await rows(target)).match(/((encoder|decoder|cross) )?\bL0 H0 \(from 0\)/g);
    expect(await parts('a dog')).toEqual(['encoder L0 H0 (from 0)', 'decoder L0 H0 (from 0)', 'cross L0 H0 (from 0)']);
    expect(await parts(null)).toHaveLength(1);
  });
});
