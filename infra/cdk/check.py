"""`make synth`: the template of a deployed stage, as AWS and its critics see it (cdk-nag while it is made, cfn-lint after)."""

import subprocess
import sys
from pathlib import Path

from infra.cdk.synthesis import ROOT, SynthesisFailed, synthesise

OUT = ROOT / "build" / "cloud"
EXAMPLE = {
    "stage": "check",
    "domain": "twip.example",
    "certificate_arn": "arn:aws:acm:us-east-1:000000000000:certificate/00000000-0000-0000-0000-000000000000",
}
# W3005: dependencies that CDK states twice. W3045: the CDN's log bucket needs ACLs, which CloudFront alone still writes by.
IGNORED = "W3005,W3045"


def main() -> None:
    """Ends with an error when the description is wrong, and says where the template is."""
    try:
        said = synthesise(OUT, EXAMPLE)
    except SynthesisFailed as failed:
        sys.exit(str(failed))
    print(said.strip())
    # Chalice says so and goes on: some runtime is too old for the only wheels there are, say.
    if "Could not install dependencies" in said:
        sys.exit("a requirement of the functions cannot be packaged for their runtime")
    template = OUT / f"twip-{EXAMPLE['stage']}.template.json"
    linter = Path(sys.executable).parent / "cfn-lint"
    done = subprocess.run([str(linter), "--ignore-checks", IGNORED, "--", str(template)], check=False)
    if done.returncode:
        sys.exit(done.returncode)
    print(f"cfn-lint and cdk-nag have nothing against {template.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
