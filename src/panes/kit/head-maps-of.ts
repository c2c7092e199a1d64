import type { Explorer } from '../../explorer/explorer.ts';
import type { Row, Size } from './cells.ts';
import { headMapsView } from './head-maps.ts';
import { ablatedIn } from './inputs.ts';

/** Every head as a small heatmap. It reads neither query nor key: a move of the cursor leaves the maps as they are. */
export function headMaps(explorer: Explorer, size: Size, fewestPixels: number): Row[] {
  return headMapsView({
    layers: explorer.shown.value.layers.map((one) => one.attentionWeights),
    isAblated: ablatedIn(explorer),
    selection: explorer.place.value,
    size,
    fewestPixels,
  });
}
