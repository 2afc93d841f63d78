/** Goods of a twip of files: what its author sends and a moderator opens. */
export const goods = {
  price: {
    legend: "Price",
    hint: "The buyer pays once and has everything at once. You get the money at once too, less commission: to spend now, and to withdraw when the time for a dispute is over.",
    label: "Price of all files and links",
  },
  files: {
    legend: "Files",
    hint: "Up to 3, of any type, 2\u00a0GB each. Before payment people see only their names, types and sizes.",
    draftFirst: "Files are kept with a draft. When you add the first one, the draft is saved by itself.",
    choose: "Choose files",
    drop: "or drop them here, or paste them",
    dropNow: "Let go to add them",
    held: (names: string) => `Waiting for the draft to be saved: ${names}.`,
    full: "You can sell up to three files. Remove or replace one to add another.",
    list: "Files in the order buyers see them",
    up: (name: string) => `Move ${name} up`,
    down: (name: string) => `Move ${name} down`,
    movedTo: (name: string, n: number, of: number) => `${name}: now ${n} of ${of}`,
    replace: "Replace",
    replaceOf: (name: string) => `Replace ${name}`,
    remove: (name: string) => `Remove ${name}`,
    removed: (name: string) => `${name} is removed`,
    open: (name: string) => `Download ${name}`,
    unsaved: "not saved yet",
  },
  sending: {
    checking: "Comparing with what has arrived…",
    begun: (name: string) => `${name}: sending`,
    part: (there: string, all: string) => `${there} of ${all}`,
    left: (time: string) => `about ${time} left`,
    at: (name: string, part: string) => `${name}: ${part} sent`,
    arrived: (name: string) => `${name} has arrived`,
    instead: (name: string) => `in place of ${name}`,
    pauseOf: (name: string) => `Pause ${name}`,
    goOf: (name: string) => `Go on with ${name}`,
    cancel: (name: string) => `Cancel ${name}`,
    paused: "paused",
    now: "Try now",
    afresh: "Send afresh",
    lost: {
      network: "No connection. Sending goes on by itself when there is one.",
      storage: "The file storage cannot be reached. Sending goes on by itself when it answers.",
      busy: "The service is busy. Sending goes on by itself in a moment.",
    },
    faults: {
      changed: "The file is not the one that was begun: it has changed since, or it is another one.",
      expired: "What had arrived is not kept any more.",
      unread: "The browser cannot read the file: it was changed or moved after you chose it. Choose it again.",
    },
  },
  unfinished: {
    title: "Not finished",
    text: (there: string, all: string) =>
      `${there} of ${all} have arrived. Choose the same file, and it goes on from there.`,
    whole: (all: string) => `None of ${all} has arrived. Choose the same file again.`,
    until: (when: string) => `Kept until ${when}.`,
    choose: "Choose the file",
    chooseOf: (name: string) => `Choose the file: ${name}`,
    another: (name: string) => `This is another file. Choose ${name}.`,
  },
  notTaken: {
    too_large: (name: string) => `${name} is larger than 2\u00a0GB.`,
    empty: (name: string) => `${name} is empty.`,
    too_many: (name: string) => `${name} would be the fourth: you can sell up to three files.`,
  },
  links: {
    legend: "Links",
    hint: "Up to 10: to a folder, a video, a page. Before payment people see only how many there are.",
    label: (n: number) => `Link ${n}`,
    add: "Add a link",
    remove: (n: number) => `Remove link ${n}`,
    full: "You can sell up to ten links.",
    invalid: "Begin with https:// and name a page that opens for everybody.",
  },
  faults: {
    none: "Add at least one file or link.",
    many: "You can sell up to three files.",
    manyLinks: "You can sell up to ten links.",
    sending: "A file is not there yet. Wait until it has arrived, or cancel it.",
    unknown: "This file was sent too long ago. Remove it and send it again.",
  },
  preview: {
    title: "What the buyer sees",
    before: "Before payment",
    after: "After payment",
    nothing: "Nothing is there yet.",
  },
  leaving: "A file is still being sent. What has arrived stays for three days: choose the same file here to go on.",
  scanned: {
    infected: (names: string) =>
      `Malware was found: ${names}. Replace or remove the file: as it is, it can be neither submitted nor approved.`,
    too_large: (names: string) =>
      `Too large to be checked for malware: ${names}. You can submit it; a moderator decides whether to let it through.`,
    checking: (names: string) =>
      `Still being checked for malware: ${names}. You can submit meanwhile; a moderator can approve only after that.`,
  },
  moderator: {
    added: "added",
    gone: "removed",
    none: "none",
    away: "Links lead off the site, to pages nobody has checked. Do not enter passwords there.",
    scanned: {
      infected: (names: string) =>
        `Malware was found: ${names}. It cannot be approved. Reject it, and the author can replace the file.`,
      too_large: (names: string) =>
        `Too large to be checked for malware: ${names}. To approve, first let it through, in the list of files.`,
      checking: (names: string) =>
        `Still being checked for malware: ${names}. It can be approved after that; this page looks again by itself.`,
    },
    release: "Let it through without a scan",
    released: (name: string) => `${name} may be downloaded now, as not scanned.`,
  },
};
