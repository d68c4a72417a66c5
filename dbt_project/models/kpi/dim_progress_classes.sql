-- 进度分类: the cut-offs in force.  One row per class.
with

classes as (
    select * from {{ ref('progress_classes') }}
),

newest as (
    select max(cutoff_version) as cutoff_version from classes
)

select
    classes.progress_class,
    classes.progress_class_en,
    classes.severity,
    classes.index_from,
    classes.index_to,
    classes.meaning_zh,
    classes.cutoff_version
from classes
inner join newest on classes.cutoff_version = newest.cutoff_version
