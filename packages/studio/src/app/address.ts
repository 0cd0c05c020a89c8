/** Addresses as text, and back. */

/** The state of a view: names and values. */
export type Params = Readonly<Record<string, string>>;

export interface Address {
  readonly view: string;
  readonly params: Params;
}

/** What need not be escaped in the part of an address behind the #, so that formulas stay readable. */
const readable = /%(?:2B|2F|3A|2C|5E|3D|7C|40)/gi;

const encode = (text: string): string =>
  encodeURIComponent(text).replace(readable, (code) =>
    code.toUpperCase() === "%3D" ? code : decodeURIComponent(code),
  );

/** As people write them by hand: a plus is a plus, and what is no escape stays as it is. */
const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

export const parseAddress = (hash: string): Address => {
  const [, view = "", query = ""] = /^#?\/?([^?]*)\??(.*)$/s.exec(hash) ?? [];
  const params = query
    .split("&")
    .filter((part) => part !== "")
    .map((part): [string, string] => {
      const at = part.indexOf("=");
      return at < 0 ? [decode(part), ""] : [decode(part.slice(0, at)), decode(part.slice(at + 1))];
    });
  return { view: decode(view), params: Object.fromEntries(params) };
};

export const formatAddress = ({ view, params }: Address): string => {
  const query = Object.entries(params).map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return `#/${encode(view)}${query.length === 0 ? "" : `?${query.join("&")}`}`;
};
