"""Why a value, a row or a file was not taken: stable codes, what each says to a clerk, and what to do next.

A code is `<what>.<wrong>`. It is stored with every quarantined row and printed in every correction list (校核单), so a
code is never renamed; new ones are added. The codes stand with the contracts, because staging gives them and reports
print them.
"""

from __future__ import annotations

from typing import NamedTuple


class Reason(NamedTuple):
    """What is wrong, and the next action of the department's clerk, in Chinese."""

    zh: str
    action_zh: str


_RETYPE = "按原始证件核对后更正"
_RETYPE_OID = "按 GB/T 26231 核对后更正, 例如 1.2.156.20009"
_RE_EXPORT = "从源系统重新导出后重报"

VALUES = {
    "value.missing": Reason("必填项为空", "补填该项; 确实没有的, 在备注中说明后联系数据管理员"),
    "value.not_integer": Reason("不是整数", "只填数字, 不带单位、小数和文字"),
    "value.not_decimal": Reason("不是数值", "只填数字, 不带单位和文字"),
    "value.not_date": Reason("不是有效日期", "按 2025-09-30 的写法更正, 并核对该日是否存在"),
    "value.not_timestamp": Reason("不是有效时间", "按 2025-09-30 08:00:00 的写法更正"),
    "value.not_month": Reason("不是有效月份", "按 2025-09 的写法更正"),
    "value.not_boolean": Reason("不是“是/否”", "填“是”或“否”"),
    "value.too_long": Reason("内容过长", "检查是否误将多个单元格或整段文字粘入一格"),
    "value.chinese_numeral": Reason("数字用汉字书写", "改用阿拉伯数字; 该列确有此写法的, 在契约 reads 中登记"),
    "value.magnitude": Reason("数字带有“万”“亿”等量级", "写成完整的数字, 例如 1.2万 写成 12000"),
    "value.has_unit": Reason("数字后面带有单位", "只填数字, 单位写在表头中"),
    "value.separators": Reason("数字中的逗号或空格不是千位分隔", "去掉逗号和空格, 核对数值后更正"),
    "value.parentheses": Reason("数字写在括号里, 无法确定是否为负数", "负数用减号书写, 例如 -1234"),
    "value.negative": Reason("计数为负数, 可能是计数器清零后的差值", "核对原始读数, 改填该时段的实际数量"),
    "value.exponent": Reason(
        "数字显示为科学计数法, 后面的数字可能已经丢失", "将该列设为“数值”格式, 小数位为 0, 重新导出"
    ),
    "value.approximate": Reason("数字是约数 (约、近、余、以上、左右、不等号)", "填写确切的数字"),
    "value.range": Reason("填写的是一个范围, 不是一个数", "填写确切的数字"),
    "value.out_of_range": Reason("数值过大, 超出可保存的范围", "核对是否多输了数字, 或误将号码填入数值列"),
    "value.minguo_year": Reason("年份是民国纪年", "改用公历, 民国年加 1911"),
    "value.two_digit_year": Reason("年份只有两位", "写出四位年份, 例如 2025-09-30"),
    "value.epoch_milliseconds": Reason(
        "时间写成了自 1970 年起的毫秒数", "按 2025-09-30 08:00:00 的写法导出; 该列确有此写法的, 在契约 reads 中登记"
    ),
    "value.excel_serial": Reason("日期变成了电子表格的序列数", "将该列设为“日期”格式, 重新导出"),
    "value.ambiguous_date": Reason("无法分清月和日的先后", "按年、月、日的次序书写, 例如 2025-04-03"),
    "value.no_day": Reason("日期只有年月, 没有日", "写出完整的日期, 例如 2025-09-30"),
    "value.has_time": Reason("日期列中带有时刻", "只填日期, 例如 2025-09-30"),
    "value.ambiguous_month": Reason("月份可能是 1 月, 也可能是丢了末尾 0 的 10 月", "写成两位月份, 例如 2025-10"),
    "value.control_character": Reason("内容含有不可见的控制字符", "删去该格内容后重新录入, 不要从其他程序粘贴"),
    "value.lost_character": Reason(
        "有文字在转换编码时丢失, 显示为“�”", "按原始资料补上该字; 从源系统按正确编码重新导出"
    ),
    "value.private_character": Reason(
        "含有自造字, 其他系统无法显示", "改用 GB 18030 中的正式汉字; 确无正式编码的, 联系数据管理员"
    ),
    "value.mojibake": Reason("文字是乱码, 导出前编码已损坏", "按原始资料重新录入该格; 从源系统按正确编码重新导出"),
    "value.several_names": Reason("一格中有多个名称", "每个名称单独一行, 并各填自己的证件号码"),
    "value.pattern": Reason("写法不符合该列的规则", "按契约所列写法更正"),
    "code.unknown": Reason("不在代码表中", "改用代码表中的名称或代码; 确为新增的, 先申请登记"),
    "code.lost_leading_zero": Reason(
        "代码缺少开头的 0, 可能被电子表格转成了数字", "将该列设为“文本”格式, 从源系统重新导出"
    ),
    "code.became_number": Reason(
        "代码被电子表格存成了数字, 开头的 0 可能已经丢失", "将该列设为“文本”格式, 从源系统重新导出"
    ),
    "code.lost_precision": Reason(
        "号码被电子表格存成了数字, 15 位以后的数字已经丢失", "将该列设为“文本”格式, 从源系统重新导出; 已丢失的无法还原"
    ),
    "cell.formula_error": Reason("单元格的公式出错 (如 #DIV/0!、#N/A)", "改正公式, 或将该格改为数值后重报"),
    "cell.formula_not_computed": Reason(
        "单元格只有公式, 没有计算结果", "用 Excel 或 WPS 打开并保存一次, 使公式算出结果后重报"
    ),
    "drift.type": Reason("该列不允许任何偏离, 有值不符合契约, 整批不收", "按契约更正该列后整批重报"),
    "drift.unknown_column": Reason("该行在契约没有的列中有内容", "删去该列, 或先在契约中登记该列"),
    "key.duplicate": Reason("主键与前面的行重复", "核对两行, 保留正确的一行"),
}

IDENTIFIERS = {
    "resident_id.length": Reason("公民身份号码不是 18 位 (或 15 位)", _RETYPE),
    "resident_id.characters": Reason("公民身份号码含有数字和末位 X 以外的字符", _RETYPE),
    "resident_id.area": Reason("公民身份号码前六位不是曾经使用过的区划代码", _RETYPE),
    "resident_id.birth_date": Reason("公民身份号码中的出生日期不存在或晚于业务日期", _RETYPE),
    "resident_id.sequence": Reason("公民身份号码的顺序码为 000", _RETYPE),
    "resident_id.checksum": Reason("公民身份号码的校验码不符, 其中有数字写错", _RETYPE),
    "uscc.length": Reason("统一社会信用代码不是 18 位", _RETYPE),
    "uscc.characters": Reason("统一社会信用代码含有不使用的字符 (没有 I、O、S、V、Z)", "核对是否把 0 写成 O、1 写成 I"),
    "uscc.checksum": Reason("统一社会信用代码的校验码不符, 其中有字符写错", _RETYPE),
    "uscc.organisation_code": Reason("统一社会信用代码第 9 至 17 位的组织机构代码校验不符", _RETYPE),
    "organisation_code.length": Reason("组织机构代码不是 9 位", _RETYPE),
    "organisation_code.characters": Reason("组织机构代码含有不使用的字符", _RETYPE),
    "organisation_code.checksum": Reason("组织机构代码的校验码不符, 其中有字符写错", _RETYPE),
    "division.unknown": Reason("不是曾经使用过的行政区划代码", "按 GB/T 2260 填写六位代码; 常州经开区填 320412"),
    "division.not_in_force": Reason(
        "该行政区划代码在本账期没有使用", "改用本账期在用的代码; 撤并的区县填写接收它的区县"
    ),
    "industry.length": Reason("行业代码不是四位", "按 GB/T 4754 填写四位小类代码; 两个代码连在一起的, 分开填写"),
    "industry.characters": Reason("行业代码含有数字以外的字符", "按 GB/T 4754 填写四位小类代码, 不带门类字母"),
    "industry.unknown": Reason("行业代码不在任何一版国民经济行业分类中", "按 GB/T 4754 填写四位小类代码"),
    "industry.lost_leading_zero": Reason(
        "行业代码只有三位, 可能被电子表格去掉了开头的 0", "将该列设为“文本”格式, 从源系统重新导出"
    ),
    "industry.other_edition": Reason(
        "行业代码是其他版次的代码, GB/T 4754-2017 中没有", "按 GB/T 4754-2017 的小类代码更正"
    ),
    "oid.length": Reason("对象标识符超过 100 个字符", _RETYPE_OID),
    "oid.root": Reason("对象标识符不以 1.2.156 开头", _RETYPE_OID),
    "oid.arc": Reason("对象标识符的某一段不是正整数 (或带有开头的 0)", _RETYPE_OID),
    "phone.characters": Reason("电话号码含有数字以外的字符", "每格只填一个号码; 分机号和姓名写在备注中"),
    "phone.length": Reason("电话号码的位数不对", "手机填 11 位; 固定电话填区号和号码"),
    "phone.unknown": Reason("不是手机号码, 也不是固定电话号码", "核对号码后更正"),
    "coordinate.swapped": Reason("经度和纬度填反了", "对调经度和纬度两列"),
    "coordinate.outside": Reason("坐标不在本市范围内", "核对坐标; 应为十进制度数, 不用度分秒, 也不用平面坐标"),
    "boundary.plane": Reason(
        "边界是平面直角坐标 (米), 不是经纬度, 可能是 1980 西安坐标系或地方坐标系", "换算为 CGCS2000 经纬度后重报该行"
    ),
    "boundary.cut": Reason("边界文字不完整, 可能被电子表格截断 (一格最多 32767 字)", "从源系统以 JSON 重新导出该行"),
    "boundary.not_wkt": Reason("不是多边形的文字 (WKT)", "以 POLYGON((经度 纬度, …)) 书写; 只有图片的, 先矢量化"),
}

ROWS = {
    "row.too_short": Reason("该行的列数少于表头", "检查该行是否缺列或被换行截断"),
    "row.too_long": Reason("该行的列数多于表头", "检查该行的内容中是否有未加引号的分隔符"),
    "row.other_sheet": Reason("该行所在的工作表或文件不在契约之内", "删去该工作表, 或先在契约中登记"),
    "row.misaligned": Reason(
        "该行有字段从半个汉字处断开, 前面的内容错位", "核对该行各字段的起止位置, 按字节定位的字段不足时用空格补齐"
    ),
    "row.doubled_key": Reason("该条记录中同一个键出现多次", "从源系统重新导出; 同名的键只保留一个"),
    "row.not_json": Reason("该行不是完整的 JSON 对象", _RE_EXPORT),
    "row.blank": Reason("空行, 不是数据", "无需处理"),
    "row.title": Reason("标题行, 不是数据", "无需处理"),
    "row.header": Reason("表头行, 不是数据", "无需处理"),
    "row.footer": Reason("表尾行, 不是数据", "无需处理"),
    "row.total": Reason("合计行, 不是数据", "无需处理"),
    "row.note": Reason("注释行, 不是数据", "无需处理"),
}

FILES = {
    "file.empty": Reason("文件为空", "确认导出是否成功, 重新导出后重报"),
    "file.no_records": Reason("只有表头, 没有数据行", "确认该期确无数据; 如有, 重新导出后重报"),
    "file.header_missing": Reason("没有找到表头", "补上表头行后重报"),
    "file.column_missing": Reason("缺少契约规定的列", "按契约的表头改回列名后重报; 确需改名的, 先登记新写法"),
    "file.header_out_of_date": Reason("列名是其他账期的写法", "按本期的列名改表头后重报; 确属本期写法的, 先登记"),
    "file.unit_unknown": Reason("表头的单位无法换算", "改用契约的单位和表头后重报; 确需用该单位的, 先登记"),
    "file.unit_mismatch": Reason("表头的单位与契约的单位不是同一种量", "核对该列内容, 按契约的单位填写后重报"),
    "file.column_unknown": Reason("有契约中没有的列", "删去该列, 或先登记"),
    "file.column_doubled": Reason("同一列出现多次", "删去重复的列后重报"),
    "file.encoding": Reason("文本编码与契约不符, 或有损坏的字节", "按契约的编码重新导出后重报"),
    "file.mojibake": Reason("文字已是乱码, 无法还原", "从源系统按正确编码重新导出"),
    "file.truncated": Reason("文件在传输或导出中被截断", "重新导出并核对文件大小后重报"),
    "file.rows_unbalanced": Reason("读出的行与文件的行数不符", "把原文件交数据管理员核对, 或重新导出后重报"),
    "file.no_last_newline": Reason("文件末尾没有换行, 可能被截断", "核对最后一行是否完整"),
    "file.quote_unclosed": Reason("双引号没有配对, 其后的行无法分开", "字段内的双引号写成两个, 修改后重报"),
    "file.row_spans_lines": Reason("一行数据跨越过多的行, 双引号可能有误", "检查该行及其后的双引号, 修改后重报"),
    "file.unreadable": Reason("文件打不开", "用对应的软件打开检查, 另存后重报"),
    "file.encrypted": Reason("文件加了密码, 打不开", "去掉打开密码, 另存后重报"),
    "file.form_mismatch": Reason("文件内容不是扩展名和契约所说的格式", "用对应的软件打开, 另存为契约规定的格式后重报"),
    "file.archive_undeclared": Reason("文件是压缩包, 契约没有约定压缩", "解压后重报; 需要压缩传输的, 先在契约中登记"),
    "file.archive_unsupported": Reason("压缩格式不支持 (如 rar、7z)", "改用契约约定的压缩格式 (zip 或 gzip) 后重报"),
    "file.too_large": Reason("文件解开后超过限制", "分成几个文件重报; 压缩比异常的, 核对文件来源"),
    "file.nested_archive": Reason("压缩包内还有压缩包", "只压缩数据文件本身后重报"),
    "file.too_many_members": Reason("压缩包内文件过多", "合并成几个文件后重报"),
    "file.trailing_bytes": Reason("压缩数据之后还有多余的内容", "重新压缩, 核对文件大小后重报"),
    "file.several_members": Reason("gzip 文件由多段拼接而成", "合并成一个文件后重新压缩, 或改用 zip"),
    "file.member_unknown": Reason("压缩包内有契约不认识的文件", "只压缩契约规定格式的文件后重报"),
    "file.sheet_unknown": Reason("有契约中没有的工作表", "删去该工作表, 或先在契约中登记"),
    "file.records_missing": Reason("JSON 中没有契约规定的记录列表", "按契约的层级导出后重报"),
    "file.too_deep": Reason("JSON 嵌套过深", "按契约的格式导出, 每条记录只有一层"),
    "file.delimiter": Reason("分隔符与契约不符", "按契约的分隔符重新导出后重报"),
    "file.field_too_long": Reason("一个值超过 1 MB", "检查是否误将整段文字或文件写入一个字段"),
    "file.sheet_missing": Reason("没有契约规定的工作表", "将数据所在工作表改回契约名称后重报"),
    "file.id_column_numeric": Reason(
        "证件号码列已被电子表格转成数字, 15 位以后的数字已经丢失", "将该列设为“文本”格式, 从源系统重新导出"
    ),
    "file.unsafe_name": Reason("文件名含有路径或不允许的字符", "只用文件名, 不带路径, 改名后重报"),
    "file.unknown_dataset": Reason("文件名不属于任何已登记的数据集", "按契约的文件名改名后重报; 新数据集先登记契约"),
}

DELIVERIES = {
    "delivery.over_threshold": Reason("退回的行超过契约上限, 整批暂存未发布", "按校核单更正后整批重报"),
    "delivery.volume_rows": Reason(
        "行数与近期相比变化过大, 整批暂存未发布", "核对是否漏报、重报或口径有变; 属实的, 请数据管理员核准放行"
    ),
    "delivery.volume_nulls": Reason(
        "主键空缺的比例与近期相比过高, 整批暂存未发布", "核对导出的列是否完整, 重新导出后重报"
    ),
    "delivery.volume_group_gone": Reason(
        "近期每批都有的区域或分组这一批一行也没有, 整批暂存未发布", "核对是否漏报该区域; 属实的, 请数据管理员核准放行"
    ),
    "delivery.withdrawn": Reason("该交付已撤回", "无需处理; 如需恢复, 重新报送"),
    "correction.no_such_row": Reason(
        "更正的行在该期数据和退回的行中都找不到", "核对主键和业务期; 新增的行用补报文件报送 (文件名末尾加 _补报)"
    ),
    "supplement.row_exists": Reason(
        "补报的行在该期数据中已经有了", "无需补报; 要改内容的, 用更正文件报送 (文件名末尾加 _更正)"
    ),
    "delivery.released": Reason("整批经数据管理员核准放行", "无需处理"),
    "delivery.kind_unknown": Reason("没有这种交付方式", "去掉交付方式或改用已有的一种, 重报"),
    "withdrawal.nothing_stands": Reason("该期没有可以撤回的交付", "核对账期, 或指明要撤回的交付编号"),
    "receipt.unknown_delivery": Reason(
        "交付编号不是本部门已归集的交付", "不要改动校核单文件名中的交付编号; 核对是否寄错了部门"
    ),
    "delivery.duplicate": Reason("与已收到的文件内容完全相同", "无需处理"),
}

MANUAL_CORRECTIONS = {
    "manual.dataset_unknown": Reason("人工更正所指的数据集没有契约", "核对 manual_corrections.csv 的 dataset_id"),
    "manual.column_unknown": Reason("人工更正所指的字段不在契约中", "核对 manual_corrections.csv 的 column_name"),
    "manual.key_malformed": Reason("人工更正的主键段数与契约不符", "各段主键之间用 | 分开"),
    "manual.row_missing": Reason("该期没有这一行", "核对业务期和主键; 部门已重报的, 删去该条"),
    "manual.row_not_unique": Reason("该期有多行符合这个主键", "请部门更正, 不用人工更正"),
    "manual.value_differs": Reason("现有值不是所写的原值, 多半部门已经更正", "核对后删去该条, 或改写原值"),
    "manual.value_not_of_type": Reason("更正值不符合该字段的类型", "按该字段的写法改写更正值"),
}

REASONS: dict[str, Reason] = VALUES | IDENTIFIERS | ROWS | FILES | DELIVERIES | MANUAL_CORRECTIONS

# A contract may give a pattern a reason code of its own; its words are those of any pattern.
_OWN = VALUES["value.pattern"]


def reason_of(code: str) -> Reason:
    """The words of a reason code; a code that only one contract uses has the words of `value.pattern`."""
    return REASONS.get(code, _OWN)
