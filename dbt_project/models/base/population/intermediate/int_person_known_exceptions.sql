-- The exceptions that this build has worked out, kept for the next one to compare with; written last, so that a build that
-- is cut short compares with the one before again.  One row per person.
select
    person_no,
    mark
from {{ ref('int_person_exceptions') }}
-- depends_on: {{ ref('int_person_golden') }} {{ ref('int_person_disputes') }} {{ ref('int_persons_attribute_history') }}
