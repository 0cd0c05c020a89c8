/** Numbers for people. */

/** A minus sign is as wide as a plus sign; a hyphen is not. */
const minus = (text: string): string => text.replace(/-/g, "\u2212");

/** Thousands apart: 12,345. Short numbers stay whole: 1234. */
export function formatCount(count: number): string {
  const digits = String(Math.abs(count));
  const grouped = digits.length > 4 ? digits.replace(/\B(?=(\d{3})+$)/g, ",") : digits;
  return count < 0 ? `\u2212${grouped}` : grouped;
}

/** `digits` significant digits: 0.05230, 152.3, 1.2e−9, 12,345. */
export function formatNumber(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return minus(String(value).replace("Infinity", "∞"));
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e7 || size < 1e-4) {
    const [mantissa = "", exponent = ""] = value.toExponential(digits - 1).split("e");
    const short = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
    return minus(`${short}e${exponent.replace("+", "")}`);
  }
  const rounded = Number(value.toPrecision(digits));
  if (Math.abs(rounded) >= 10 ** (digits - 1)) return formatCount(Math.round(value));
  // As many decimals for 0.5 as for 0.4999, so that columns of numbers line up.
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(rounded))));
  return minus(rounded.toFixed(decimals));
}

/** With its sign: +2.31, −0.052. */
export function formatSigned(value: number, digits = 3): string {
  return value > 0 ? `+${formatNumber(value, digits)}` : formatNumber(value, digits);
}

/** A share as percentage: 97.4 %. Only the whole is 100 %, only nothing 0 %. */
export function formatShare(share: number): string {
  const percent = share * 100;
  const shown = share > 0 && share < 1 ? Math.min(Math.max(percent, 0.1), 99.9) : percent;
  return `${shown.toFixed(1)} %`;
}

/** 0.42 s, 12.3 s, 3 min 20 s. */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** `1 row`, `12 rows`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
