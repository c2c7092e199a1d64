import { createController } from '../../src/app/controller.ts';
import type { Controller, ControllerHost } from '../../src/app/controller-type.ts';
import { pressKey } from '../../src/app/keys/press-key.ts';
import { pressOverlayKey } from '../../src/app/overlay-keys.ts';
import { createExplorer } from '../../src/explorer/explorer.ts';
import type { ExplorerModel, InitialInputs } from '../../src/explorer/explorer-inputs.ts';
import { builtInModel } from './models.ts';

const useLite = builtInModel('use-lite');
const example = builtInModel('example');

const host: ControllerHost = {
  choices: [],
  load: async () => example,
  loadExample: () => example,
  redraw: () => {},
  keepLine: () => ({ isSentToClipboard: true, isPrintedOnLeaving: true }),
};

/** An encoder–decoder that scales its scores only in the decoder. */
export function scaledInDecoder(loaded: ExplorerModel): ExplorerModel {
  const { model } = loaded;
  const { decoder } = model;
  if (decoder === null) throw new Error(`${model.name} has no decoder`);
  const layers = decoder.layers.map((layer) => ({ ...layer, attention: { ...layer.attention, scoreScale: 0.5 } }));
  return { ...loaded, model: { ...model, decoder: { ...decoder, layers } } };
}

/** An explorer with the focus in its panes; the selected query differs from the selected key. */
export function opened(initial: Partial<InitialInputs> = {}) {
  const explorer = createExplorer({
    ...{ loaded: useLite, text: 'please study man', query: 2, key: 1, layer: 1, head: 2, columns: 120, rows: 40 },
    ...initial,
  });
  const controller = createController(explorer, host);
  controller.focus.value = 'panes';
  const press = async (...names: string[]) => {
    for (const name of names) {
      pressOne(controller, name);
      while (explorer.run.peek().status.peek().isComputing) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const rowText = (cells: readonly { text: string }[] | undefined) => cells?.map(({ text }) => text).join('') ?? null;
  return {
    controller,
    explorer,
    press,
    interventions: () => explorer.inputs.interventions.value,
    message: () => controller.message.value,
    /** The line that lists the changes; null when there is none. */
    changes: () => rowText(controller.frame.value.view.changes?.[0]),
    weights: (layer: number, head: number, row: number) => {
      const { shape, data } = explorer.shown.value.layers[layer]!.attentionWeights;
      const width = shape[2]!;
      const from = (head * shape[1]! + row) * width;
      return Array.from(data.subarray(from, from + width));
    },
  };
}

function pressOne(controller: Controller, name: string): void {
  const press = { name, text: name.length === 1 ? name : name === 'space' ? ' ' : null };
  const overlay = controller.overlay.peek();
  if (overlay === null) pressKey(controller, press);
  else pressOverlayKey(controller, overlay, press);
}
