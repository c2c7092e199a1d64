import { Box, type DOMElement, Text } from 'ink';
import { useContext, useLayoutEffect, useRef } from 'react';
import { type Line, padLine } from './cell.ts';
import { ColourDepthContext, CompositorContext } from './compositor-context.ts';
import { elementRect } from './element-rect.ts';
import { encodeLine } from './encode-line.ts';

interface CanvasProps {
  /** Unique on the screen. */
  readonly id: string;
  readonly lines: readonly Line[];
  readonly widthCells: number;
  readonly heightCells: number;
}

/** A box of cells that shows `lines`, painted by the compositor if there is one, otherwise as rows of text.
 *  No box around it may have a background colour, because the compositor keeps what Ink draws in front. */
export function Canvas({ id, lines, widthCells, heightCells }: CanvasProps) {
  const host = useContext(CompositorContext);
  const depth = useContext(ColourDepthContext);
  const box = useRef<DOMElement>(null);

  useLayoutEffect(() => {
    // A function, because a layout can move this box without rendering it again.
    host?.setRegion(id, () => (box.current === null ? null : elementRect(box.current)), lines);
  }, [host, id, lines]);
  useLayoutEffect(() => () => host?.removeRegion(id), [host, id]);

  const rows = host === null ? lines.slice(0, heightCells) : [];
  return (
    <Box ref={box} width={widthCells} height={heightCells} flexShrink={0} flexDirection="column">
      {rows.map((line, y) => (
        <Text key={y} wrap="truncate">
          {encodeLine(padLine(line, widthCells), depth)}
        </Text>
      ))}
    </Box>
  );
}
