import { createClient, formatMoney, isProblem, items, listTransactions, storedTokens, streamEvents } from "@lattice-money/client";

const lattice = createClient({ baseUrl: location.origin, tokens: storedTokens(localStorage) });
const output = document.querySelector("output")!;

async function show(): Promise<void> {
  try {
    for await (const order of items(lattice, listTransactions)) output.append(formatMoney(order.total));
  } catch (error) {
    if (!isProblem(error, "unauthorized")) throw error;
    output.textContent = error.message;
  }
}

for await (const hint of streamEvents(lattice)) if (hint.type === "stream.resync") await show();
