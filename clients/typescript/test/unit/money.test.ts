import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { exponentOf, formatMoney, parseMoney, toDecimal } from "@lattice-money/client";

test("every currency has the exponent the service counts with", async () => {
  const source = await readFile(new URL("../../../../internal/money/currency.go", import.meta.url), "utf8");
  const table = [...source.matchAll(/^\t\t(\d): \{([^}]*)\}/gm)].flatMap(([, exponent, codes]) =>
    [...codes!.matchAll(/"([A-Z]{3})"/g)].map(([, code]) => [code!, Number(exponent)] as const),
  );
  expect(table.length).toBeGreaterThan(160);
  expect(table.map(([code]) => [code, exponentOf(code)])).toEqual(table);
});

test.each([
  [{ amount: 123450, currency: "USD" }, "1234.50", "$1,234.50"],
  [{ amount: -5, currency: "USD" }, "-0.05", "-$0.05"],
  [{ amount: 0, currency: "USD" }, "0.00", "$0.00"],
  [{ amount: 1235, currency: "JPY" }, "1235", "¥1,235"],
  [{ amount: 1234, currency: "KWD" }, "1.234", "KWD\u00a01.234"],
  [{ amount: 7, currency: "KWD" }, "0.007", "KWD\u00a00.007"],
  [{ amount: 1500, currency: "IQD" }, "1.500", "IQD\u00a01.500"], // browsers write none by themselves
  [{ amount: 9007199254740991, currency: "USD" }, "90071992547409.91", "$90,071,992,547,409.91"],
  [{ amount: -9007199254740991, currency: "KWD" }, "-9007199254740.991", "-KWD\u00a09,007,199,254,740.991"],
])("%o is %s, for people %s", (money, decimal, text) => {
  expect(toDecimal(money)).toBe(decimal);
  expect(formatMoney(money, { locale: "en-US" })).toBe(text);
  expect(parseMoney(decimal, money.currency)).toEqual(money);
});

test("amounts are written as their reader does", () => {
  const money = { amount: 123450, currency: "EUR" };
  expect(formatMoney(money, { locale: "de-DE" })).toBe("1.234,50\u00a0€");
  expect(formatMoney(money, { locale: "en-US", display: "code", sign: "always" })).toBe("+EUR\u00a01,234.50");
  expect(formatMoney(money, { locale: ["fr-FR", "en"] })).toBe("1\u202f234,50\u00a0€");
});

test("every amount reads back as it was written", () => {
  let seed = 7;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  for (let i = 0; i < 5000; i++) {
    const currency = ["USD", "JPY", "KWD", "CLF"][i % 4]!;
    const amount = Math.trunc((random() - 0.5) * 10 ** Math.trunc(random() * 17));
    expect(parseMoney(toDecimal({ amount, currency }), currency)).toEqual({ amount: amount + 0, currency });
  }
});

test.each([["", "USD"], ["1,5", "USD"], ["1.234", "USD"], ["0.5", "JPY"], [".5", "USD"], ["1e3", "USD"], ["99999999999999999", "JPY"], ["--1", "USD"]])(
  "%j is no amount of %s",
  (text, currency) => expect(parseMoney(text, currency)).toBeNull(),
);
