"""Prints what AWS makes of a SAM template, so that a linter can look at the result.

Run by `make lint` with the interpreter of the SAM tools, which the tests' environment lacks.
"""

import json
import sys
from pathlib import Path
from typing import Any

from samcli.yamlhelper import yaml_parse
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

# At this point of a deployment the code is in a bucket; the translator takes nothing else.
UPLOADED = "s3://bucket/key"
FILES = {
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Serverless::StateMachine": "DefinitionUri",
}


def expand(template: dict[str, Any]) -> dict[str, Any]:
    """Return the CloudFormation template behind a SAM template, its parameters still open."""
    template["Globals"]["Function"]["CodeUri"] = UPLOADED
    for resource in template["Resources"].values():
        if file := FILES.get(resource["Type"]):
            resource["Properties"][file] = UPLOADED
    managed_policies: dict[str, str] = {}  # the template brings its own roles
    expanded: dict[str, Any] = Translator(managed_policies, Parser()).translate(template, {})
    return expanded


if __name__ == "__main__":
    print(json.dumps(expand(yaml_parse(Path(sys.argv[1]).read_text("utf-8"))), indent=2))
