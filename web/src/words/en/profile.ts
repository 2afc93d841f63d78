import type { Forms } from "../formats.ts";

export const profile = {
  title: "Profile",
  status: "Status now",
  statusNote:
    "Status works while at least one consultation of yours is published. During a session your status is Busy automatically.",
  hours: "When I consult",
  hoursNote:
    "The hours tell customers when to look for you. You can be called outside them too if your status allows it.",
  how: "Drag over the cells to fill or clear them. With the keyboard: arrows, Space, Shift with an arrow.",
  howTouch: "Tap a cell, or swipe along the hours, to fill or clear them.",
  grid: "Hours of consultation",
  cell: (day: string, hour: number) => `${day}, ${hour}:00`,
  zone: "Time zone",
  zoneHere: (zone: string) => `As on this device: ${zone}`,
  week: "a week",
  hourCount: { one: "hour", other: "hours" } as Forms,
  noHours: "No hours chosen",
  undo: "Undo",
  saveHours: "Save hours",
  hoursSaved: "The hours are saved.",
  unsaved: "Not saved yet",
  about: "About me",
  name: "Name, as others see it",
  language: "Site and email language",
  email: "Email",
  aboutSaved: "Saved.",
  more: "More",
  leaving: {
    title: "Signing out",
    here: "Sign out",
    everywhere: "Sign out everywhere",
    hint: "You can also sign out on all devices at once, including this one.",
    askTitle: "Sign out on all devices?",
    ask: "A call under way is cut off where you are signed in. You sign in again with your password.",
    go: "Sign out everywhere",
  },
};
