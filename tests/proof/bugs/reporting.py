"""Bugs in the report: what is not protected, or not known, and is not said."""

from tests.proof.bugs.bug import Bug

JUDGING = "shared/snapkeep/report/judging.py"
FIGURES = "shared/snapkeep/report/figures.py"
JOB = "shared/snapkeep/jobs/report.py"
REPORT = "functional/test_report.py"
UNREAD = "functional/test_report_unread.py"
OLD = "    if age is None or age > rpo:\n"
READ = "            return everything(client_of(region))\n        except BceError as error:\n"

BUGS = (
    Bug(
        "a disk without a snapshot is fresh",
        "a disk that has no good snapshot is not protected",
        JUDGING,
        old=OLD,
        new="    if age is not None and age > rpo:\n",
        test=f"{REPORT}::test_what_is_not_available_protects_nothing",
    ),
    Bug(
        "a stale disk is fresh",
        "a disk is stale once its newest good snapshot is older than the rpo",
        JUDGING,
        old=OLD,
        new="    if age is None or age > 2 * rpo:\n",
        test=f"{REPORT}::test_a_disk_is_stale_once_its_age_is_over_the_rpo",
    ),
    Bug(
        "a failure after the newest good one is not said",
        "a disk whose newest snapshot failed needs attention",
        JUDGING,
        old="    return State.FAILED if latest_failed else State.PROTECTED\n",
        new="    return State.PROTECTED\n",
        test=(
            "unit/test_report.py::test_a_disk_under_a_policy_is_as_good_as_its_newest_good_snapshot"
        ),
    ),
    Bug(
        "an unreadable region is left out",
        "a region that could not be read makes the report incomplete",
        JOB,
        old=f"{READ}            return str(error)\n",
        new=f"{READ}            return Inventory(region, (), ())\n",
        test=f"{UNREAD}::test_a_region_that_cannot_be_read_is_said_and_the_run_fails",
    ),
    Bug(
        "figures of a part calm the alarms",
        "a report on a part of the account counts nothing, so that the alarms ring",
        FIGURES,
        old="    if failures(report):\n",
        new="    if False:\n",
        test="functional/test_report_metrics.py::test_of_a_part_of_the_regions_nothing_is_counted",
    ),
    Bug(
        "an empty account is well",
        "an account in which no disk is seen is a wrong key until somebody says otherwise",
        FIGURES,
        old="    if not report.disks and not failed:\n",
        new="    if False:\n",
        test="report/test_incomplete.py::test_an_empty_account_fails_the_run_and_calms_no_alarm",
    ),
)
