import { bearer, createClient, formatMoney, getSession, isProblem, listMerchants } from "@lattice-money/client";
import { cookies } from "next/headers";
import { Hints } from "./hints";

// A server component: one client for each request, with the token of its cookie.
export default async function Page() {
  const token = (await cookies()).get("token")?.value;
  const lattice = createClient({ baseUrl: process.env.LATTICE_URL!, ...(token && { tokens: bearer(token) }) });
  const merchants = await listMerchants(lattice, { limit: 3 });
  const name = await getSession(lattice).then(
    (session) => session.user.name,
    (error: Error) => (isProblem(error, "unauthorized") ? "nobody" : Promise.reject(error)),
  );
  return (
    <main>
      <h1>Hello {name}</h1>
      <p>{formatMoney({ amount: 1234, currency: "KWD" }, { locale: "en-US", display: "code" })}</p>
      <ul>
        {merchants.items.map((merchant) => (
          <li key={merchant.id}>{merchant.name}</li>
        ))}
      </ul>
      <Hints />
    </main>
  );
}
