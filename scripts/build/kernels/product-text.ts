/** How to compute a·b + c: rounded twice, or once if the runtime's relaxed instruction is fused. */
export type MultiplyAdd = 'rounded' | 'relaxed';

export interface ProductShape {
  readonly multiplyAdd: MultiplyAdd;
  /** Panels of 8 columns that a tile computes at once. */
  readonly panelsPerTile: 1 | 2;
  /** For a memory that threads share. */
  readonly isShared?: boolean;
}

/** Rows of the largest tile; smaller tiles take the remaining rows. */
const tileRows = 4;

/** Products of so few rows take more panels at once; otherwise each sum would wait for the previous one. */
const fewRows = [
  { rows: 1, panels: 4 },
  { rows: 2, panels: 2 },
] as const;

const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const lines = (parts: readonly string[]) => parts.join('\n    ');

/** The module of products in WebAssembly's text format.
 *
 *  product(x, w, bias, y, rows, inner, panels, yStride): y = x·W + bias; addresses in bytes.
 *  x [rows, inner] row-major; w [panel, inner, 8]: column 8·p + c of W is lane c of panel p; bias [panel, 8]; y has a row every
 *  yStride bytes, with 8 numbers per panel.
 *
 *  A tile keeps its sums in registers along the inner axis. Every tile starts with the bias and adds x·w in order of the
 *  inner index, so no row's result depends on the rows beside it. */
export function productText({ multiplyAdd, panelsPerTile, isShared = false }: ProductShape): string {
  const widths = [...new Set([panelsPerTile, 1])];
  const shapes = [
    ...range(tileRows).flatMap((r) => widths.map((panels) => ({ rows: r + 1, panels }))),
    ...fewRows.filter(({ panels }) => panels > panelsPerTile),
  ];
  const tiles = shapes.map(({ rows, panels }) => tileText(rows, panels, multiplyAdd));
  const few = fewRows
    .filter(({ panels }) => panels > panelsPerTile)
    .map(
      ({ rows, panels }) => `(if (i32.eq (local.get $rows) (i32.const ${rows})) (then ${panelLoopText(panels, rows)}))`,
    );
  return `(module
  (import "attnscope" "memory" (memory 1${isShared ? ' 65536 shared' : ''}))
  ${tiles.join('\n  ')}
  (func (export "product")
    (param $x i32) (param $w i32) (param $bias i32) (param $y i32)
    (param $rows i32) (param $inner i32) (param $panels i32) (param $yStride i32)
    (local $xRow i32) (local $yRow i32) (local $left i32)
    ${[...few, ...widths.map((panels) => panelLoopText(panels, tileRows))].join('\n    ')}))`;
}

/** While at least `panels` panels are left, multiplies all rows of x by them, `most` rows at a time. */
function panelLoopText(panels: number, most: number): string {
  const call = (rows: number) => `(call $tile${rows}x${panels}
              (local.get $xRow) (local.get $w) (local.get $bias) (local.get $yRow) (local.get $inner) (local.get $yStride))`;
  const rest = range(most === tileRows ? tileRows - 1 : 0).map(
    (r) => `(if (i32.eq (local.get $left) (i32.const ${r + 1})) (then ${call(r + 1)}))`,
  );
  return `(block $end
      (loop $panel
        (br_if $end (i32.lt_u (local.get $panels) (i32.const ${panels})))
        (local.set $xRow (local.get $x))
        (local.set $yRow (local.get $y))
        (local.set $left (local.get $rows))
        (block $rowsEnd
          (loop $row
            (br_if $rowsEnd (i32.lt_u (local.get $left) (i32.const ${most})))
            ${call(most)}
            (local.set $xRow (i32.add (local.get $xRow) (i32.mul (local.get $inner) (i32.const ${4 * most}))))
            (local.set $yRow (i32.add (local.get $yRow) (i32.mul (local.get $yStride) (i32.const ${most}))))
            (local.set $left (i32.sub (local.get $left) (i32.const ${most})))
            (br $row)))
        ${rest.join('\n        ')}
        (local.set $w (i32.add (local.get $w) (i32.mul (local.get $inner) (i32.const ${32 * panels}))))
        (local.set $bias (i32.add (local.get $bias) (i32.const ${32 * panels})))
        (local.set $y (i32.add (local.get $y) (i32.const ${32 * panels})))
        (local.set $panels (i32.sub (local.get $panels) (i32.const ${panels})))
        (br $panel)))`;
}

/** Computes rows × 8·panels numbers of y. The inner loop is not unrolled: with more live values V8 spills sums to the stack. */
function tileText(rows: number, panels: number, multiplyAdd: MultiplyAdd): string {
  const sums = range(rows).flatMap((r) => range(2 * panels).map((c) => ({ r, c, name: `$s${r}${c}` })));
  const vectors = range(2 * panels).map((c) => ({ panel: c >> 1, offset: 16 * (c & 1), name: `$b${c}` }));
  const locals = [...sums, ...vectors].map(({ name }) => `(local ${name} v128)`);
  const pointers = [
    ...range(rows - 1).map((r) => `(local $x${r + 1} i32)`),
    ...range(panels - 1).map((p) => `(local $w${p + 1} i32)`),
    ...range(rows - 1).map((r) => `(local $y${r + 1} i32)`),
  ];
  const madd = (a: string, b: string, sum: string) =>
    multiplyAdd === 'relaxed'
      ? `(f32x4.relaxed_madd (local.get ${a}) (local.get ${b}) (local.get ${sum}))`
      : `(f32x4.add (local.get ${sum}) (f32x4.mul (local.get ${a}) (local.get ${b})))`;
  const next = (name: string, step: number) => `(local.set ${name} (i32.add (local.get ${name}) (i32.const ${step})))`;
  return `(func $tile${rows}x${panels}
    (param $x0 i32) (param $w0 i32) (param $bias i32) (param $y0 i32) (param $inner i32) (param $yStride i32)
    ${lines([...locals, ...pointers])} (local $a v128)
    ${lines([
      ...range(rows - 1).map(
        (r) => `(local.set $x${r + 1} (i32.add (local.get $x${r}) (i32.shl (local.get $inner) (i32.const 2))))`,
      ),
      ...range(panels - 1).map(
        (p) => `(local.set $w${p + 1} (i32.add (local.get $w${p}) (i32.shl (local.get $inner) (i32.const 5))))`,
      ),
      ...range(rows - 1).map((r) => `(local.set $y${r + 1} (i32.add (local.get $y${r}) (local.get $yStride)))`),
      ...sums.map(({ c, name }) => `(local.set ${name} (v128.load offset=${16 * c} (local.get $bias)))`),
    ])}
    (if (local.get $inner) (then
    (loop $k
    ${lines([
      ...vectors.map(
        ({ panel, offset, name }) => `(local.set ${name} (v128.load offset=${offset} (local.get $w${panel})))`,
      ),
      ...range(rows).flatMap((r) => [
        `(local.set $a (v128.load32_splat (local.get $x${r})))`,
        ...range(2 * panels).map((c) => `(local.set $s${r}${c} ${madd('$a', `$b${c}`, `$s${r}${c}`)})`),
      ]),
      ...range(panels).map((p) => next(`$w${p}`, 32)),
      ...range(rows).map((r) => next(`$x${r}`, 4)),
    ])}
    (br_if $k (local.tee $inner (i32.sub (local.get $inner) (i32.const 1)))))))
    ${lines(sums.map(({ r, c, name }) => `(v128.store offset=${16 * c} (local.get $y${r}) (local.get ${name}))`))})`;
}
