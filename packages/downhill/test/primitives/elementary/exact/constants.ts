/** π and ln 2 as fixed-point numbers, by formulas that go back to Machin. */

/** Fractional bits of the constants: enough to reduce the largest float64 modulo π. */
export const constantBits = 1600;

const unit = 1n << BigInt(constantBits + 32);

/** arctan(1/n), or with `sign` 1 artanh(1/n), in units. */
const inverseSeries = (n: bigint, sign: 1n | -1n): bigint => {
  let power = unit / n;
  let total = power;
  for (let k = 3n; power !== 0n; k += 2n) {
    power = (power * sign) / (n * n);
    total += power / k;
  }
  return total;
};

/** π = 16·arctan(1/5) − 4·arctan(1/239) */
export const pi = (16n * inverseSeries(5n, -1n) - 4n * inverseSeries(239n, -1n)) >> 32n;

/** ln 2 = 2·artanh(1/3) */
export const ln2 = (2n * inverseSeries(3n, 1n)) >> 32n;
