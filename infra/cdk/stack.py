"""A stage of Twip: data, roles, functions, gateways, and what stands in front of and beside them in AWS."""

import aws_cdk as cdk
from constructs import Construct

from infra.cdk.alarms import Alarms
from infra.cdk.context import Context
from infra.cdk.data import Buckets, Keys, Mail, Queues, Tables
from infra.cdk.edge import Edge
from infra.cdk.functions import Functions
from infra.cdk.gateways import Gateways
from infra.cdk.groups import Groups
from infra.cdk.machines import MachineNames, Machines
from infra.cdk.outside import Outside
from infra.cdk.web import WebFiles
from infra.web import BUILT


class TwipStack(cdk.Stack):
    """The whole of a stage. Left out locally: the CDN and its buckets, which the front door stands in for, and the alarms."""

    def __init__(self, scope: Construct, ident: str, context: Context) -> None:
        super().__init__(scope, ident)
        tables, keys = Tables(self, "Tables"), Keys(self, "Keys")
        queues, buckets, mail = (
            Queues(self, "Queues", context),
            Buckets(self, "Buckets", context),
            Mail(self, "Mail", context),
        )
        names = MachineNames(self, context)
        groups = Groups(self, "Groups", tables, queues, buckets, keys, mail, names)
        environment = {
            "STAGE": context.stage,
            "PROFILE": context.profile,
            "MARKET_TABLE": tables.market.table_name,
            "JOURNAL_TABLE": tables.journal.table_name,
            "LIVE_TABLE": tables.live.table_name,
            "WORK_QUEUE_URL": queues.work.queue_url,
            "MAIL_QUEUE_URL": queues.mail.queue_url,
            "INDEX_QUEUE_URL": queues.index.queue_url,
            "REPAIR_QUEUE_URL": queues.repair.queue_url,
            "SCAN_QUEUE_URL": queues.scan.queue_url,
            "SCANNER": context.scanner,
            "SCANNER_LIMIT_BYTES": context.scanner_limit_bytes,
            **names.environment,
            "SEARCH_BUCKET": buckets.search.bucket_name,
            "FILES_BUCKET": buckets.files.bucket_name,
            "SECRET_ARN": keys.signing.secret_arn,
            "TURN_SECRET_ARN": keys.turn.secret_arn,
            "EDGE_SECRET_ARN": keys.edge.secret_arn,
            "ORIGIN": context.origin,
            # Locally the page is built while functions run, and built anew when it is saved.
            "WEB_SHELL": str(BUILT / "index.html") if context.local else "",
            "MAIL_FROM": mail.sender,
            "CURRENCY": context.currency,
            "COMMISSION_BPS": str(context.commission_bps),
            "TERMS": context.terms,
            "TURN_URLS": context.turn_urls,
            **({"LOCAL": "1"} if context.local else {"TRACE": "1"}),
        }
        functions = Functions(self, "Functions", context, groups, queues, environment)
        gateways = Gateways(self, "Gateways", context, functions, groups)
        outside = Outside(self, "Outside", functions)
        machines = Machines(self, "Machines", names, functions.resource("Lifecycle"), queues.repair)
        for name, group in groups.by_name.items():
            cdk.CfnOutput(self, f"{name}Role", value=group.role.role_arn)
            cdk.CfnOutput(self, f"{name}Logs", value=group.log_group.log_group_name)
        for name, table in (("Market", tables.market), ("Journal", tables.journal), ("Live", tables.live)):
            cdk.CfnOutput(self, f"{name}Table", value=table.table_name)
        cdk.CfnOutput(self, "OutsideUrl", value=outside.url)
        for name in ("Tick", "Sweep"):
            cdk.CfnOutput(self, f"{name}Name", value=functions.resource(name).ref)
        if context.local:
            return
        edge = Edge(self, "Edge", context, buckets, gateways, keys, outside)
        WebFiles(self, "WebFiles", buckets.web, edge.distribution, functions.resource("Outside"))
        Alarms(self, "Alarms", queues, groups, functions, machines)
        cdk.CfnOutput(self, "Distribution", value=edge.distribution.distribution_id)
        cdk.CfnOutput(self, "Cdn", value=edge.distribution.distribution_domain_name)
