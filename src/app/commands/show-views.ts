import { signal } from '@preact/signals-core';
import type { Explorer } from '../../explorer/explorer.ts';
import { paneRows } from '../../explorer/pane-views.ts';
import { panesOfTwo } from '../../explorer/selection.ts';
import { lensOf, paneOf, type ViewName } from '../../explorer/settings/views.ts';
import { cell, type Row, type Size } from '../../panes/kit/cells.ts';
import { UsageError } from '../usage-error.ts';

/** The rows of a view for a width; 'weights' is not among them.
 *  @throws UsageError for a view that does not apply to this text. */
export function viewRows(explorer: Explorer, view: Exclude<ViewName, 'weights'>, widthCells: number): Row[] {
  const { inputs, tokens, studies } = explorer;
  const { queries, keys } = tokens.value;
  const size = signal<Size>({ widthCells, heightCells: queries.length + 12 });
  if (panesOfTwo.has(paneOf(view)) && inputs.other.value === null)
    throw new UsageError(
      `--view ${view}: a second sentence is missing, as in --other "The boat drifted toward the river bank."`,
    );
  const lens = lensOf(view);
  if (lens !== 'weights') {
    const problem = studies.lensProblem(lens);
    if (problem !== null) {
      // Of several parts the others have something to show.
      if (explorer.shown.value.part === 'cross') return [[cell(` ${problem.split(':')[0]}`, 'warning')]];
      const instead = lens === 'no sink' ? '; --layer and --head choose another head' : '';
      throw new UsageError(`--view ${view}: ${problem.split(/[:;]/)[0]}${instead}`);
    }
    inputs.lens.value = lens;
    size.value = { widthCells: Math.max(widthCells, 18 + 6 * keys.length), heightCells: queries.length + 12 };
    const rows = paneRows(explorer, size).attention.value;
    const label = studies.lens.value?.label ?? '';
    inputs.lens.value = 'weights';
    return [[cell(` ${label}`, 'strong')], [], ...rows];
  }
  size.value = { widthCells, heightCells: heightOf(explorer, view) };
  const rows = paneRows(explorer, size)[paneOf(view)];
  if (view !== 'steps') return rows.value;
  return studies.steps.value.flatMap((_, step) => {
    inputs.step.value = step;
    return step === 0 ? rows.value : [[], ...rows.value];
  });
}

/** Computes what a view shows beside the run itself. */
export async function prepareView({ sweep }: Explorer, view: ViewName): Promise<void> {
  if (view === 'sweep') await sweep.run();
}

/** Room enough for all that a view has to say. */
function heightOf({ shown, studies, tokens, other }: Explorer, view: ViewName): number {
  if (view === 'pair') return 2 * (tokens.value.queries.length + other.tokens.value.queries.length) + 24;
  if (view === 'changes') return tokens.value.queries.length + 40;
  if (view === 'sweep') return 2 * studies.scores.value.length + 24;
  if (view === 'word') return 2 * shown.value.layers.length + 50;
  if (view === 'grid') return 12 * shown.value.layers.length;
  if (view === 'heads') return studies.scores.value.length + 8;
  return view === 'mix' ? 60 : view === 'curves' ? 32 : 40;
}
