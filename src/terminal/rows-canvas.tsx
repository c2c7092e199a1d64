import { useMemo } from 'react';
import type { Row } from '../panes/kit/cells.ts';
import { Canvas } from './canvas/canvas.tsx';
import { type Paint, paintRows } from './paint.ts';

export interface RowsCanvasProps {
  readonly id: string;
  readonly rows: readonly Row[];
  readonly widthCells: number;
  readonly heightCells: number;
  readonly paint: Paint;
}

/** Rows of a view, painted. */
export function RowsCanvas({ id, rows, widthCells, heightCells, paint }: RowsCanvasProps) {
  const lines = useMemo(() => paintRows(rows, paint, widthCells), [rows, paint, widthCells]);
  return <Canvas id={id} lines={lines} widthCells={widthCells} heightCells={heightCells} />;
}
