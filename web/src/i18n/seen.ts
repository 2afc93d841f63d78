/** What can be seen of a text, as chalicelib/domain/text.py sees it: text that nobody can see is no text. Pure. */

/** Drawn as nothing: blanks, combining marks without a letter, and what Unicode, or nobody at all, gives a shape. */
const UNSEEN =
  /[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Co}\p{Cs}\p{Mn}\p{Me}\p{Noncharacter_Code_Point}\u2800\ufff9-\ufffc\u{1d159}\u{13430}-\u{1343f}\u{13441}\u{13442}]/gu;

/** Dropped by the service whatever stands around them. */
const USELESS = /[\u00ad\u115f\u1160\u200b\u2060-\u2064\u3164\ufeff\uffa0\ufffc\p{Co}]/gu;

/** How many characters can be seen. Blanks between two of them are one, however many they are. */
export function visible(text: string): number {
  const words = text.split(/[\p{White_Space}\u2800]+/u).map((word) => word.replace(UNSEEN, ""));
  return [...words.filter(Boolean).join(" ")].length;
}

/** Whether there is nothing in it to see. */
export function unseen(text: string): boolean {
  return visible(text) === 0;
}

/** Length as the service counts it: code points of what it keeps. */
export function length(text: string): number {
  return [...text.replace(USELESS, "").trim().normalize("NFC")].length;
}
