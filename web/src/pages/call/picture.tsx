import { useEffect, useRef } from "preact/hooks";

/** A picture of one's own camera or screen, without sound. One's own face is a mirror. */
export function Picture(props: { track: MediaStreamTrack; mirrored?: boolean; label: string; class?: string }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    element.srcObject = new MediaStream([props.track]);
    void element.play().catch(() => {});
    return () => {
      element.srcObject = null;
    };
  }, [props.track]);
  return (
    <video
      ref={video}
      class={`${props.class ?? ""}${props.mirrored ? " mirrored" : ""}`}
      aria-label={props.label}
      muted
      playsInline
    />
  );
}
