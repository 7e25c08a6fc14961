import type { Money } from "./generated/schema.js";

/**
 * The exponents of ISO 4217 that are not 2. `Intl` is not asked for them: browsers have customary digits (none for IQD or
 * LBP), the contract has the standard's.
 */
const exponents: Readonly<Record<string, string>> = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
  3: "BHD IQD JOD KWD LYD OMR TND",
  4: "CLF UYW",
};

/** How many decimals a currency has: JPY 0, USD 2, KWD 3. */
export function exponentOf(currency: string): number {
  for (const exponent in exponents) if (exponents[exponent]?.split(" ").includes(currency)) return Number(exponent);
  return 2;
}

/** An amount as a decimal number in digits, exact: `{amount: -1250, currency: "USD"}` is `-12.50`. */
export function toDecimal({ amount, currency }: Money): string {
  const exponent = exponentOf(currency);
  const digits = String(Math.abs(amount)).padStart(exponent + 1, "0");
  const point = digits.length - exponent;
  return (amount < 0 ? "-" : "") + digits.slice(0, point) + (exponent > 0 ? `.${digits.slice(point)}` : "");
}

/**
 * The exact amount of a decimal number in digits, such as the value of an `<input type="number">`; null where the text is
 * none, or has more decimals than the currency, or more digits than an amount can have.
 */
export function parseMoney(text: string, currency: string): Money | null {
  const parts = /^\s*(-?)(\d+)(?:\.(\d+))?\s*$/.exec(text);
  if (!parts) return null;
  const exponent = exponentOf(currency);
  const [, sign, whole = "", decimals = ""] = parts;
  if (decimals.length > exponent) return null;
  const amount = Number(whole + decimals.padEnd(exponent, "0"));
  if (!Number.isSafeInteger(amount)) return null;
  return { amount: sign && amount > 0 ? -amount : amount, currency };
}

/** How `formatMoney` writes. */
export interface MoneyFormat {
  /** Whose habits are followed; those of the machine by default. Name it where a server renders what a browser hydrates. */
  readonly locale?: string | readonly string[];
  /** `symbol` by default. */
  readonly display?: "symbol" | "narrowSymbol" | "code" | "name";
  /** When a sign is written: before negative amounts by default. */
  readonly sign?: "auto" | "always" | "exceptZero" | "never";
}

const formats = /* @__PURE__ */ new Map<string, Intl.NumberFormat>();

/** An amount for people, by `Intl` and with the decimals of its currency, exact: `$1,234.50`, `¥1,235`, `KWD 1.234`. */
export function formatMoney(money: Money, { locale, display = "symbol", sign = "auto" }: MoneyFormat = {}): string {
  const key = [locale, money.currency, display, sign].join("|");
  let format = formats.get(key);
  if (!format) {
    const digits = exponentOf(money.currency);
    format = new Intl.NumberFormat(locale as string | string[] | undefined, {
      style: "currency",
      currency: money.currency,
      currencyDisplay: display,
      signDisplay: sign,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    formats.set(key, format);
  }
  // As digits, because a number would be rounded: not every amount of cents is one. The type is of a later ECMAScript.
  return format.format(toDecimal(money) as string & number);
}
