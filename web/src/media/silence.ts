/** A track of silence, for a side whose microphone and camera are off. It shows that the side is there. */
let context: AudioContext | undefined;

/** A new track. Its source is this page, no device: no light is on. */
export function silence(): MediaStreamTrack | null {
  context ??= new AudioContext();
  // A browser that wants a gesture first has had one: somebody has turned a microphone off.
  if (context.state === "suspended") void context.resume().catch(() => {});
  const source = new ConstantSourceNode(context, { offset: 0 });
  const outlet = context.createMediaStreamDestination();
  source.connect(outlet);
  source.start();
  return outlet.stream.getAudioTracks()[0] ?? null;
}
