"""All checks, in the order of a report."""

from contracts.checks.accounts import (
    bad_keys_are_refused,
    good_keys_are_let_in,
    service_tells_that_it_is_well,
)
from contracts.checks.bills import (
    booked_job_has_ended,
    completed_job_costs_its_tier,
    jobs_that_ended_badly_are_free,
    usage_has_every_job_that_ended,
)
from contracts.checks.bodies import bodies_that_are_no_json_are_refused
from contracts.checks.downloads import url_is_signed_and_expires, video_is_served_as_by_a_cdn
from contracts.checks.envelopes import errors_come_in_the_envelope
from contracts.checks.files import (
    kept_files_are_signed_anew,
    upload_answer_names_the_file,
    upload_is_served_whole,
)
from contracts.checks.jobs import (
    cancelled_job_is_cancelled,
    ended_job_is_forgotten,
    job_has_the_published_form,
    job_is_the_one_asked_for,
    progress_grows_to_one,
    result_is_there_exactly_when_completed,
    status_is_a_known_word,
    status_only_moves_forward,
    terminal_job_never_changes,
    unknown_job_is_404,
)
from contracts.checks.limits import poor_accounts_are_refused, rates_are_limited
from contracts.checks.lists import list_has_the_newest_jobs_of_the_account
from contracts.checks.media import job_fails_exactly_by_its_media
from contracts.checks.models import card_tells_what_is_published, cards_of_a_model_agree
from contracts.checks.queries import bad_queries_are_refused
from contracts.checks.refusals import (
    requests_that_break_a_rule_are_refused,
    requests_that_keep_every_rule_are_accepted,
)
from contracts.checks.seeds import same_seed_gives_the_same_video
from contracts.checks.sounds import video_has_the_sound_that_was_sent
from contracts.checks.speed import flash_job_finishes_sooner
from contracts.checks.strictness import lenient_json_is_refused
from contracts.checks.submissions import submit_answer_leads_to_the_job
from contracts.checks.usage import usage_page_has_the_published_form
from contracts.checks.videos import video_is_what_was_ordered

CHECKS = (
    bodies_that_are_no_json_are_refused,
    lenient_json_is_refused,
    requests_that_break_a_rule_are_refused,
    requests_that_keep_every_rule_are_accepted,
    submit_answer_leads_to_the_job,
    job_has_the_published_form,
    job_is_the_one_asked_for,
    status_is_a_known_word,
    status_only_moves_forward,
    progress_grows_to_one,
    terminal_job_never_changes,
    cancelled_job_is_cancelled,
    result_is_there_exactly_when_completed,
    unknown_job_is_404,
    ended_job_is_forgotten,
    list_has_the_newest_jobs_of_the_account,
    completed_job_costs_its_tier,
    jobs_that_ended_badly_are_free,
    usage_has_every_job_that_ended,
    booked_job_has_ended,
    usage_page_has_the_published_form,
    job_fails_exactly_by_its_media,
    flash_job_finishes_sooner,
    video_is_what_was_ordered,
    video_has_the_sound_that_was_sent,
    same_seed_gives_the_same_video,
    upload_answer_names_the_file,
    upload_is_served_whole,
    kept_files_are_signed_anew,
    url_is_signed_and_expires,
    video_is_served_as_by_a_cdn,
    bad_keys_are_refused,
    good_keys_are_let_in,
    bad_queries_are_refused,
    rates_are_limited,
    poor_accounts_are_refused,
    card_tells_what_is_published,
    cards_of_a_model_agree,
    service_tells_that_it_is_well,
    errors_come_in_the_envelope,
)
