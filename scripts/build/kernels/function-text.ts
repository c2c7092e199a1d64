/** A value on the stack, as text. */
type Text = string;

const f32 = (value: number): Text => `(f32.const ${value})`;
const splat = (value: number): Text => `(f32x4.splat ${f32(value)})`;
const get = (name: string): Text => `(local.get $${name})`;
const set = (name: string, value: Text): Text => `(local.set $${name} ${value})`;
const add = (a: Text, b: Text): Text => `(f32x4.add ${a} ${b})`;
const subtract = (a: Text, b: Text): Text => `(f32x4.sub ${a} ${b})`;
const multiply = (a: Text, b: Text): Text => `(f32x4.mul ${a} ${b})`;
const divide = (a: Text, b: Text): Text => `(f32x4.div ${a} ${b})`;

/** c₀ + x·(c₁ + x·(c₂ + …)) */
function polynomial(x: Text, coefficients: readonly number[]): Text {
  return coefficients
    .slice(0, -1)
    .reduceRight((sum, coefficient) => add(splat(coefficient), multiply(x, sum)), splat(coefficients.at(-1) ?? 0));
}

const expLocals = '(local $e v128) (local $n v128) (local $half v128)';

/** 2^n of four whole numbers, −126 … 127. */
const powerOfTwo = (n: Text): Text => `(i32x4.shl (i32x4.add ${n} (i32x4.splat (i32.const 127))) (i32.const 23))`;

/** eˣ of four lanes, to about one unit in the last place; subnormal below −87, 0 from −104 down, infinite above 88.73;
 *  NaN stays NaN.  eˣ = 2ⁿ·eʳ with n = x / ln 2 rounded and Cephes' polynomial for eʳ (expf, S. L. Moshier).
 *  Multiplies by 2ⁿ in two halves, each a normal number. */
function exp(x: Text): Text {
  const clamped = `(f32x4.pmin (f32x4.pmax ${x} ${splat(-105)}) ${splat(90)})`;
  const [one, two, ...rest] = [
    1, 1, 5.0000001201e-1, 1.6666665459e-1, 4.1665795894e-2, 8.3334519073e-3, 1.3981999507e-3, 1.98756915e-4,
  ] as const;
  return `(block (result v128)
      ${set('e', clamped)}
      ${set('n', `(f32x4.nearest ${multiply(get('e'), splat(Math.LOG2E))})`)}
      ${set('e', subtract(subtract(get('e'), multiply(get('n'), splat(0.693359375))), multiply(get('n'), splat(-2.1219444e-4))))}
      ${set('n', `(i32x4.trunc_sat_f32x4_s ${get('n')})`)}
      ${set('half', `(i32x4.shr_s ${get('n')} (i32.const 1))`)}
      ${multiply(
        multiply(polynomial(get('e'), [one, two, ...rest]), powerOfTwo(get('half'))),
        powerOfTwo(`(i32x4.sub ${get('n')} ${get('half')})`),
      )})`;
}

/** x · σ(factor · argument) = x / (1 + e^(−factor · argument)) */
const timesSigmoid = (argument: Text, factor: number): Text =>
  divide(get('x'), add(splat(1), exp(multiply(argument, splat(-factor)))));

/** ½ erfc(|x| / √2) / e^(−z² + …): the tail of the normal distribution by Hastings' form with a relative error of 1.2e-7.
 *  @see Press et al., Numerical Recipes, 6.2 (erfcc) */
const tailCoefficients = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
  0.17087277,
];

/** x · Φ(x) = x·t below 0 and x − x·t above, with the tail t = Φ(−|x|), which is 0 long before |x| = 100. */
const gelu = (): Text => `
      ${set('z', `(f32x4.pmin (f32x4.abs ${get('x')}) ${splat(100)})`)}
      ${set('h', multiply(get('z'), splat(Math.SQRT1_2)))}
      ${set('t', divide(splat(1), add(splat(1), multiply(get('h'), splat(0.5)))))}
      ${set(
        't',
        multiply(
          multiply(get('t'), splat(0.5)),
          exp(subtract(polynomial(get('t'), tailCoefficients), multiply(get('h'), get('h')))),
        ),
      )}
      ${subtract(`(f32x4.pmax ${get('x')} ${splat(0)})`, multiply(get('z'), get('t')))}`;

const rootEightOverPi = Math.sqrt(8 / Math.PI);
const cubic = (): Text => multiply(get('x'), add(splat(1), multiply(splat(0.044715), multiply(get('x'), get('x')))));

const activations: Readonly<Record<string, Text>> = {
  gelu: gelu(),
  // ½(1 + tanh u) = σ(2u)
  gelu_new: timesSigmoid(cubic(), rootEightOverPi),
  quick_gelu: timesSigmoid(get('x'), 1.702),
  silu: timesSigmoid(get('x'), 1),
  // NaN stays NaN; the sum turns −0 into 0.
  relu: add(`(f32x4.pmax ${get('x')} ${splat(0)})`, splat(0)),
};

/** name(at, end): applies the function to the numbers in bytes [at, end), four at a time. */
function activationText(name: string, value: Text): Text {
  return `(func (export "${name}") (param $at i32) (param $end i32)
    (local $x v128) (local $z v128) (local $h v128) (local $t v128) ${expLocals}
    (block $done (loop $next
      (br_if $done (i32.ge_u ${get('at')} ${get('end')}))
      ${set('x', `(v128.load ${get('at')})`)}
      (v128.store ${get('at')} ${value})
      ${set('at', `(i32.add ${get('at')} (i32.const 16))`)}
      (br $next))))`;
}

const lanes = [0, 1, 2, 3];

/** softmax(at, end): replaces the row in bytes [at, end), padded with −∞ to a multiple of four numbers, by its softmax and
 *  returns 1. Returns 0 and writes nothing when the largest number is not finite or a number is NaN. */
const softmaxText = `(func (export "softmax") (param $at i32) (param $end i32) (result i32)
    (local $i i32) (local $largest v128) (local $sum v128) (local $max f32) ${expLocals}
    ${set('largest', splat(Number.NEGATIVE_INFINITY).replace('-Infinity', '-inf'))}
    ${set('i', get('at'))}
    (loop $next
      ${set('largest', `(f32x4.max ${get('largest')} (v128.load ${get('i')}))`)}
      (br_if $next (i32.lt_u (local.tee $i (i32.add ${get('i')} (i32.const 16))) ${get('end')})))
    ${set(
      'max',
      lanes.map((lane) => `(f32x4.extract_lane ${lane} ${get('largest')})`).reduce((a, b) => `(f32.max ${a} ${b})`),
    )}
    (if (i32.eqz (f32.lt (f32.abs ${get('max')}) (f32.const inf))) (then (return (i32.const 0))))
    ${set('largest', `(f32x4.splat ${get('max')})`)}
    ${set('i', get('at'))}
    (loop $next
      (v128.store ${get('i')} ${exp(subtract(`(v128.load ${get('i')})`, get('largest')))})
      ${set('sum', add(get('sum'), `(v128.load ${get('i')})`))}
      (br_if $next (i32.lt_u (local.tee $i (i32.add ${get('i')} (i32.const 16))) ${get('end')})))
    ${set('sum', `(f32x4.splat ${lanes.map((lane) => `(f32x4.extract_lane ${lane} ${get('sum')})`).reduce((a, b) => `(f32.add ${a} ${b})`)})`)}
    ${set('i', get('at'))}
    (loop $next
      (v128.store ${get('i')} ${divide(`(v128.load ${get('i')})`, get('sum'))})
      (br_if $next (i32.lt_u (local.tee $i (i32.add ${get('i')} (i32.const 16))) ${get('end')})))
    (i32.const 1))`;

/** The module of activations and softmax, in WebAssembly's text format. */
export function functionText(): string {
  const functions = Object.entries(activations).map(([name, value]) => activationText(name, value));
  return `(module
  (import "attnscope" "memory" (memory 1))
  ${[...functions, softmaxText].join('\n  ')})`;
}
