/** Where the reader is: the view and its whole state stand in the address, `#/slope?f=x^2&x=1`, so that a link shows it. */
import { parseAddress, formatAddress, type Address, type Params } from "./address.ts";

/** Browsers take only so many changes of the address in a second. */
const interval = 250;

let address = $state.raw<Address>(parseAddress(window.location.hash));
let timer: ReturnType<typeof setTimeout> | undefined;

const write = (): void => {
  timer = undefined;
  const hash = formatAddress(address);
  if (hash !== window.location.hash) window.history.replaceState(null, "", hash);
};

window.addEventListener("hashchange", () => {
  clearTimeout(timer);
  timer = undefined;
  address = parseAddress(window.location.hash);
});

export const route = {
  get view(): string {
    return address.view;
  },
  get params(): Params {
    return address.params;
  },
  /** Changes the state of the view; undefined takes a value out. The address follows when things have calmed down. */
  set(changes: Readonly<Record<string, string | undefined>>): void {
    const params = Object.fromEntries(
      Object.entries({ ...address.params, ...changes }).filter(([, value]) => value !== undefined),
    ) as Params;
    address = { ...address, params };
    timer ??= setTimeout(write, interval);
  },
  /** Goes to a view, which "back" leaves again. */
  go(view: string, params: Params = {}): void {
    if (timer !== undefined) {
      clearTimeout(timer);
      write();
    }
    window.location.hash = formatAddress({ view, params });
  },
};
