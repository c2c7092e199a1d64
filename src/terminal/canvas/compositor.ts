import type { ColourDepth } from '../colour/depth.ts';
import type { Line } from './cell.ts';
import { Encoder } from './encode.ts';
import { Grid } from './grid.ts';
import { InkStdout } from './ink-stdout.ts';
import { parseFrame } from './parse-frame.ts';
import { flagChanges, type Place, paintRegionRow, type Rect, type Region, rectOf } from './region.ts';

/** A terminal's stream. */
interface CompositorOutput {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): boolean;
  once(event: 'drain', listener: () => void): unknown;
}

interface CompositorOptions {
  readonly output: CompositorOutput;
  readonly depth: ColourDepth;
  /** Wraps each write in a synchronized update (mode 2026). */
  readonly synchronized: boolean;
}

interface CursorPosition {
  readonly x: number;
  readonly y: number;
}

/** Lays regions of cells over Ink's frames and writes what changed, in one write per change. */
export class Compositor {
  framesWritten = 0;
  bytesWritten = 0;
  /** For Ink's `render`, as `stdout` with `debug: true` and `interactive: true`. */
  readonly inkStdout: NodeJS.WriteStream;
  private readonly output: CompositorOutput;
  private readonly synchronized: boolean;
  private readonly encoder: Encoder;
  private readonly stdout: InkStdout;
  private readonly regions = new Map<string, Region>();
  private frame: Grid;
  private composed: Grid;
  private screen: Grid;
  private changed: Uint8Array;
  private frameText: string | null = null;
  private frameRows: readonly string[] = [];
  private modes = '';
  private cursor: CursorPosition | null = null;
  private cursorShown: boolean | null = null;
  private isKnown = false;
  private isScheduled = false;
  private isWaiting = false;
  private isClosed = false;
  private barriers: (() => void)[] = [];

  constructor({ output, depth, synchronized }: CompositorOptions) {
    this.output = output;
    this.synchronized = synchronized;
    this.encoder = new Encoder(depth);
    const columns = output.columns || 80;
    const rows = output.rows || 24;
    this.frame = new Grid(columns, rows);
    this.composed = new Grid(columns, rows);
    this.screen = new Grid(columns, rows);
    this.changed = new Uint8Array(rows).fill(1);
    this.stdout = new InkStdout(columns, rows, {
      frame: (text) => {
        this.frameText = text;
        this.schedule();
      },
      mode: (sequence) => {
        this.modes += sequence;
        this.schedule();
      },
      barrier: (done) => {
        this.barriers.push(done);
        if (this.isClosed) this.releaseBarriers();
        else this.schedule();
      },
    });
    // Ink uses only the fields and events that this stream has.
    this.inkStdout = this.stdout as unknown as NodeJS.WriteStream;
  }

  /** What the terminal shows after the next flush. */
  get picture(): Grid {
    return this.composed;
  }

  /** Paints `lines` over the frame at `place` from the next flush on; a later region covers an earlier one. */
  setRegion(id: string, place: Place, lines: readonly Line[]): void {
    const region = this.regions.get(id);
    if (region === undefined) this.regions.set(id, { place, lines, shownAt: null, shownLines: [] });
    else Object.assign(region, { place, lines });
    this.schedule();
  }

  /** Shows the frame again where the region was. */
  removeRegion(id: string): void {
    const region = this.regions.get(id);
    if (region === undefined) return;
    flagChanges(region, null, this.changed);
    this.regions.delete(id);
    this.schedule();
  }

  /** Shows the terminal's cursor at a cell; null hides it. */
  setCursor(position: CursorPosition | null): void {
    if (position?.x === this.cursor?.x && position?.y === this.cursor?.y) return;
    this.cursor = position;
    this.schedule();
  }

  /** Takes the terminal's new size: Ink lays out again, and the next flush repaints everything. */
  resize(columns: number, rows: number): void {
    this.frame = new Grid(columns, rows);
    this.composed = new Grid(columns, rows);
    this.screen = new Grid(columns, rows);
    this.changed = new Uint8Array(rows);
    this.frameRows = [];
    this.isKnown = false;
    this.stdout.columns = columns;
    this.stdout.rows = rows;
    // Components learn the size in their own effects, after this turn: the repaint must wait for them.
    if (!this.isScheduled) {
      this.isScheduled = true;
      setImmediate(() => this.scheduled());
    }
    this.stdout.emit('resize');
  }

  /** Paints these colours where cells have none; null: the terminal's own. */
  setGround(ground: { readonly fg: number; readonly bg: number } | null): void {
    this.encoder.setGround(ground);
    this.invalidate();
  }

  /** Repaints everything, after something else wrote to the terminal. */
  invalidate(): void {
    this.isKnown = false;
    this.schedule();
  }

  close(): void {
    this.isClosed = true;
    this.releaseBarriers();
  }

  /** Brings the terminal up to date in one write, once the last write has drained. */
  flush(): void {
    if (this.isWaiting || this.isClosed) return;
    this.compose();
    const painted = this.paint();
    if (painted !== '') this.send(painted);
    if (!this.isWaiting) this.releaseBarriers();
  }

  private schedule(): void {
    if (this.isScheduled || this.isClosed) return;
    this.isScheduled = true;
    // Ink writes a frame before React runs the layout effects that set regions; one write takes both.
    queueMicrotask(() => this.scheduled());
  }

  private scheduled(): void {
    this.isScheduled = false;
    this.flush();
  }

  private compose(): void {
    const { changed, frame, composed } = this;
    if (this.frameText !== null) {
      this.frameRows = parseFrame(frame, this.frameText, this.frameRows, (y) => {
        changed[y] = 1;
      });
      this.frameText = null;
    }
    if (!this.isKnown) changed.fill(1);
    const placed: [Rect, readonly Line[]][] = [];
    for (const region of this.regions.values()) {
      const rect = rectOf(region);
      flagChanges(region, rect, changed);
      if (rect !== null) placed.push([rect, region.lines]);
    }
    for (let y = 0; y < composed.height; y++) {
      if (changed[y] === 0) continue;
      composed.copyRow(frame, y);
      for (const [rect, lines] of placed) {
        if (y >= rect.y && y < rect.y + rect.height) paintRegionRow(composed, frame, y, rect, lines);
      }
    }
  }

  private paint(): string {
    let cells = this.modes;
    this.modes = '';
    if (!this.isKnown) {
      for (let y = 0; y < this.screen.height; y++) this.screen.blank(y);
      if (this.encoder.hasGround) this.screen.text.fill('');
      cells += this.encoder.reset();
      this.cursorShown = null;
      this.isKnown = true;
    }
    cells += this.encoder.difference(this.screen, this.composed, this.changed);
    this.changed.fill(0);
    const { cursor } = this;
    const move = cursor === null ? '' : this.encoder.moveTo(cursor.x, cursor.y);
    const show = this.cursorShown === (cursor !== null) ? '' : `\x1b[?25${cursor === null ? 'l' : 'h'}`;
    // Without synchronized updates, a visible cursor would flicker across the screen.
    const isRunning = this.cursorShown === true && cells !== '' && !this.synchronized;
    this.cursorShown = cursor !== null;
    if (isRunning) cells = `\x1b[?25l${cells}${move}${cursor === null ? '' : '\x1b[?25h'}`;
    else cells += move + show;
    if (cells === '' || !this.synchronized) return cells;
    return `\x1b[?2026h${cells}\x1b[?2026l`;
  }

  private send(text: string): void {
    this.framesWritten++;
    this.bytesWritten += Buffer.byteLength(text);
    if (this.output.write(text)) return;
    this.isWaiting = true;
    this.output.once('drain', () => {
      this.isWaiting = false;
      this.flush();
    });
  }

  private releaseBarriers(): void {
    const waiting = this.barriers;
    this.barriers = [];
    for (const done of waiting) process.nextTick(done);
  }
}

export function createCompositor(options: CompositorOptions): Compositor {
  return new Compositor(options);
}
